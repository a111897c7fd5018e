/** What the console says of the sound is true: in the header, the row, the map and aloud. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MediaState } from '../../../src/renderer/phone/media-health.ts';
import type { Microphone } from '../../../src/renderer/phone/phone.ts';
import { hearing } from '../../../src/renderer/store/hearing.ts';
import { ownSound, soundTrouble } from '../../../src/renderer/store/sound.ts';
import { lineWords, transferBadge } from '../../../src/renderer/store/words.ts';
import { picture } from '../harness/calls.ts';
import { scripted, type Scripted } from './scripted.ts';

let the: Scripted;
const state = () => the.store.getState();
const line = (id = 'dana') => state().lines[id]!;
const header = (id = 'dana') =>
  lineWords(line(id), { transfer: state().cards[id]?.phase, microphone: state().microphone });
const map = () =>
  hearing(
    picture({ sipCallId: 'dana', at: 0, hears: 'both' }),
    'dana',
    [],
    false,
    ownSound(line(), state().microphone),
  );

beforeEach(async () => {
  the = await scripted();
  the.phone.ring('dana', '+14155550187', 'Dana');
  await state().answer();
});
afterEach(() => the.stop());

describe('W28: media', () => {
  it.each<[string, MediaState, string, string[]]>([
    [
      'connected',
      { state: 'connected', quiet: false },
      'Talking',
      ['Dana Whitfield hears you.', 'You hear Dana Whitfield.'],
    ],
    [
      'still connecting',
      { state: 'connecting' },
      'Connecting sound',
      ['Dana Whitfield hears nobody.', 'You hear nobody.', 'The sound is being connected.'],
    ],
    ...(
      [
        ['no-candidates', 'no network address'],
        ['ice-failed', 'trunk not reached'],
        ['dtls-failed', 'no encryption agreed'],
        ['lost', 'connection broke off'],
      ] as const
    ).map(([why, short]): [string, MediaState, string, string[]] => [
      why,
      { state: 'failed', why },
      'No sound',
      ['Dana Whitfield hears nobody.', 'You hear nobody.', `There is no sound: ${short}.`],
    ]),
  ])('W28: %s', (_, media, words, hears) => {
    the.phone.media('dana', media);
    expect(header()).toBe(words);
    expect(map().words).toEqual(hears);
    expect(map().edges.length).toBe(media.state === 'connected' ? 1 : 0);
    if (media.state !== 'failed') return;
    expect(state().said?.text).toContain('No sound with Dana Whitfield: ');
    expect(soundTrouble(line())?.fix).not.toBe('');
  });

  it('W28: says Talking to nobody before the phone has said that the sound is there', () => {
    the.phone.end('dana', { by: 'them', method: 'BYE' });
    the.phone.ring('omar', '+14155550143', 'Omar');
    the.phone.emit({ type: 'sessionChanged', id: 'omar', change: { to: 'answering' } });
    the.phone.emit({ type: 'sessionChanged', id: 'omar', change: { to: 'established', at: the.now() } });
    expect(header('omar')).toBe('Connecting sound');
    the.phone.media('omar', { state: 'connected', quiet: false });
    expect(header('omar')).toBe('Talking');
  });

  it('W28: a line on hold without sound says both', async () => {
    await state().toggleHold('dana');
    the.phone.media('dana', { state: 'failed', why: 'lost' });
    expect(header()).toBe('On hold, no sound');
  });

  it.each<[Microphone, string]>([
    [{ state: 'missing' }, 'no microphone'],
    [{ state: 'denied' }, 'microphone not allowed'],
    [{ state: 'failed', detail: 'in use' }, 'microphone failed'],
  ])('W28: the caller does not hear a microphone that is %o', (microphone, why) => {
    the.phone.emit({ type: 'microphoneChanged', microphone });
    expect(header()).toBe('No sound from you');
    expect(map().words).toEqual([
      'Dana Whitfield hears nobody.',
      'You hear Dana Whitfield.',
      `Nothing comes from your microphone: ${why}.`,
    ]);
    expect(map().nodes.find(({ you }) => you)?.note).toBe(why);
    expect(map().edges).toEqual([{ a: 0, b: 1, aHearsB: false, bHearsA: true }]);
  });

  it('W28: names the other side that sends nothing', () => {
    const call = picture({
      sipCallId: 'dana',
      at: 0,
      hears: 'nobody',
      callerLeg: { media: { state: 'failed', why: 'no-packets' } },
    });
    const { nodes, words } = hearing(call, 'dana', []);
    expect(nodes.map(({ note }) => note)).toEqual(['no sound', undefined]);
    expect(words.at(-1)).toBe('No sound from Dana Whitfield: their telephone sends nothing.');
  });

  it('draws nothing from a microphone that is open and silent', () => {
    the.phone.emit({ type: 'microphoneChanged', microphone: { state: 'ready', label: 'Headset', silent: true } });
    expect(
      ownSound({ ...line(), state: 'live', media: { state: 'connected', quiet: false } }, state().microphone),
    ).toEqual({
      hears: true,
      speaks: false,
      note: 'microphone silent',
      words: 'Nothing comes from your microphone.',
    });
  });

  it('draws nothing from a muted microphone', () => {
    state().toggleMute('dana');
    expect(map().edges).toEqual([{ a: 0, b: 1, aHearsB: false, bHearsA: true }]);
  });
});

describe('a transfer that is pending or fails', () => {
  const refer = () => state().transferTo('dana', '+14155550486');

  it('says Transferring in the header, and Talking again when it failed', async () => {
    await refer();
    expect(header()).toBe('Transferring');
    the.phone.step('dana', { kind: 'response', status: 202, reason: 'Accepted' });
    the.phone.step('dana', { kind: 'notify', status: 180, reason: 'Ringing', terminated: false });
    the.advance(12_400);
    expect([header(), transferBadge(state().cards['dana']!, the.now())]).toEqual(['Transferring', '→ rings 12 s']);
    the.phone.step('dana', { kind: 'notify', status: 486, reason: 'Busy Here', terminated: true });
    expect([header(), transferBadge(state().cards['dana']!, the.now())]).toEqual(['Talking', '✕ busy']);
    expect(the.phone.asked).not.toContainEqual(['warn']);
  });

  it('is heard and said with its line while another one is looked at', async () => {
    await refer();
    the.phone.ring('omar', '+14155550143', 'Omar');
    await state().answer('omar');
    expect(state().selectedLineId).toBe('omar');
    the.phone.step('dana', { kind: 'notify', status: 486, reason: 'Busy Here', terminated: true });
    expect(the.phone.asked.filter(([verb]) => verb === 'warn')).toHaveLength(1);
    expect(state().said?.text).toMatch(/^Line 1: Night desk is busy \(486\)\./);
    expect(transferBadge(state().cards['dana']!, the.now())).toBe('✕ busy');
  });
});

it('knows when the browser keeps the page silent', () => {
  expect(state().audioBlocked).toBe(false);
  the.phone.emit({ type: 'audioChanged', blocked: true });
  expect(state().audioBlocked).toBe(true);
  the.phone.emit({ type: 'audioChanged', blocked: false });
  expect(state().audioBlocked).toBe(false);
});
