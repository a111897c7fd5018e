/** Somebody who looks elsewhere learns that it rings: by title, icon and notification. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { AlertIcon, RingingNote } from '../../../src/renderer/alerts/alert.ts';
import { watchAlerts } from '../../../src/renderer/alerts/watch.ts';
import { flush, scripted, type Scripted } from '../store/scripted.ts';

interface Shown extends RingingNote {
  open: boolean;
  click(): void;
}

let the: Scripted;
let end: () => void;
let watched: boolean;
let allowed: boolean;
let title: string;
let icon: AlertIcon;
let fronted: number;
let look: () => void;
let notes: Shown[];
const open = () => notes.filter((note) => note.open).map((note) => note.title);

beforeEach(async () => {
  the = await scripted();
  [watched, allowed, fronted, notes] = [false, true, 0, []];
  end = watchAlerts(the.store, {
    setTitle: (text) => void (title = text),
    setIcon: (kind) => void (icon = kind),
    watched: () => watched,
    onWatched: (listener) => {
      look = listener;
      return () => undefined;
    },
    notify: (note, click) => {
      if (!allowed) return undefined;
      const shown: Shown = { ...note, open: true, click };
      notes.push(shown);
      return { close: () => (shown.open = false) };
    },
    show: () => void (fronted += 1),
  });
});
afterEach(() => {
  end();
  the.stop();
});

it('names who calls in the title, and changes the icon, until it is answered', async () => {
  expect([title, icon]).toEqual(['Patchcord', 'plain']);
  the.phone.ring('dana', '+14155550187', 'Dana');
  expect([title, icon]).toEqual(['☎ Dana Whitfield is calling · Patchcord', 'ringing']);
  the.phone.ring('omar', '+14155550143', 'Omar');
  expect(title).toBe('☎ Dana Whitfield is calling and 1 more · Patchcord');
  await the.store.getState().answer('dana');
  await flush();
  the.phone.end('omar', { by: 'them', method: 'CANCEL' });
  expect([title, icon]).toEqual(['(1 missed) Patchcord', 'missed']);
  the.store.getState().markRecentSeen();
  expect([title, icon]).toEqual(['Patchcord', 'plain']);
});

it('notifies once for each line while nobody looks, and withdraws it when it rings no more', () => {
  the.phone.ring('dana', '+14155550187', 'Dana');
  the.phone.ring('omar', '+14155550143', 'Omar');
  expect(notes.map((note) => note.title)).toEqual(['Dana Whitfield is calling', 'Omar is calling']);
  expect(notes[0]!.body).toBe('+1 415 555 0187 · line 1. Click to see the call; F3 answers there.');
  the.store.getState().say('something else changes');
  expect(notes).toHaveLength(2);
  the.phone.end('dana', { by: 'them', method: 'CANCEL' });
  expect(open()).toEqual(['Omar is calling']);
});

it('does not notify somebody who looks, and withdraws what they see', () => {
  watched = true;
  the.phone.ring('dana', '+14155550187', 'Dana');
  expect(notes).toEqual([]);
  watched = false;
  look();
  expect(open()).toEqual(['Dana Whitfield is calling']);
  watched = true;
  look();
  expect(open()).toEqual([]);
});

it('a click shows the call and answers nothing', async () => {
  the.phone.ring('dana', '+14155550187', 'Dana');
  await the.store.getState().answer('dana');
  the.phone.ring('omar', '+14155550143', 'Omar');
  notes.at(-1)!.click();
  await flush();
  const { lines, selectedLineId } = the.store.getState();
  expect([fronted, selectedLineId, lines['omar']?.state]).toEqual([1, 'omar', 'ringing']);
});

it('the title says it also where notifications are not allowed', () => {
  allowed = false;
  the.phone.ring('dana', '+14155550187', 'Dana');
  expect([title, notes]).toEqual(['☎ Dana Whitfield is calling · Patchcord', []]);
});
