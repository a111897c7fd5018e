/** Whatever keys, clicks, other sides and the network do, in any order and at one instant: one pair of ears. */
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { bindings } from '../../../src/renderer/features/keys/bindings.ts';
import { keyName } from '../../../src/renderer/features/keys/press.ts';
import { linesBySlot } from '../../../src/renderer/store/line-model.ts';
import type { ConsoleState } from '../../../src/renderer/store/store.ts';
import { flush, scripted, type Scripted } from './scripted.ts';
import { SlowPhone, type FarSession } from './slow-phone.ts';

type Harness = Scripted & { phone: SlowPhone };

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

const NUMBERS = ['+14155551234', '+14155550486', '+14155550408', '+442079460958'];

interface Step {
  what: keyof typeof acts;
  /** Which of those that come into question. */
  which: number;
  /** Time that passes afterwards: nearly always none. */
  ms: number;
}

function pick<T>(among: readonly T[], which: number): T | undefined {
  return among[which % Math.max(1, among.length)];
}

function press(the: Harness, key: string, shiftKey = false, repeat = false): void {
  const event = { key, code: '', keyCode: 0, shiftKey, ctrlKey: false, altKey: false, metaKey: false };
  const name = keyName({ ...event, repeat, isComposing: false, getModifierState: () => false });
  const binding = bindings.find(({ keys }) => name !== undefined && keys.includes(name));
  if (!repeat) binding?.run(the.store.getState(), name!);
}

function withSession(
  stages: FarSession['stage'][],
  act: (the: Harness, session: FarSession, which: number) => void,
): (the: Harness, which: number) => void {
  return (the, which) => {
    const session = pick(the.phone.stage(...stages), which);
    if (session) act(the, session, which);
  };
}

let rung = 0;
const acts = {
  F3: (the: Harness) => press(the, 'F3'),
  F4: (the: Harness) => press(the, 'F4'),
  decline: (the: Harness) => press(the, 'F4', true),
  F6: (the: Harness) => press(the, 'F6'),
  F7: (the: Harness) => press(the, 'F7'),
  twice: (the: Harness, which: number) => {
    const key = pick(['F3', 'F4', 'F6'], which)!;
    press(the, key);
    press(the, key);
  },
  held: (the: Harness, which: number) => {
    const key = pick(['F3', 'F4', 'F6', 'F7'], which)!;
    press(the, key);
    for (let times = 0; times < 5; times += 1) press(the, key, false, true);
  },
  digit: (the: Harness, which: number) => press(the, String((which % 9) + 1)),
  select: (the: Harness, which: number) => {
    const line = pick(Object.values(the.store.getState().lines), which);
    if (line) the.store.getState().selectLine(line.id);
  },
  answer: withSession(['ringing'], ({ store }, { id }) => void store.getState().answer(id)),
  hold: withSession(['live'], ({ store }, { id }) => void store.getState().toggleHold(id)),
  hangUp: withSession(['ringing', 'calling', 'live'], ({ store }, { id }) => void store.getState().hangUp(id)),
  dial: ({ store }: Harness, which: number) =>
    void store
      .getState()
      .dial(pick(NUMBERS, which)!)
      .catch(() => undefined),
  transfer: withSession(['live'], ({ store }, { id }) => void store.getState().transferTo(id, '+14155550603')),
  rings: ({ phone }: Harness, which: number) => phone.ring(`in-${(rung += 1)}`, `+1415555${1000 + (which % 50)}`, ''),
  burst: ({ phone }: Harness) => {
    for (let times = 0; times < 4; times += 1) phone.ring(`in-${(rung += 1)}`, `+1415557${1000 + (rung % 1000)}`, '');
  },
  answered: withSession(['calling', 'answering'], ({ phone }, session) => phone.establish(session.id)),
  busy: withSession(['calling'], ({ phone }, { id }) => phone.end(id, { by: 'them', method: 'response', status: 486 })),
  cancels: withSession(['ringing'], ({ phone }, { id }) => phone.end(id, { by: 'them', method: 'CANCEL' })),
  leaves: withSession(['live'], ({ phone }, { id }) => phone.end(id, { by: 'them', method: 'BYE' })),
  holdsUs: withSession(['live'], ({ phone }, { id }, which) =>
    phone.emit({ type: 'sessionChanged', id, change: { to: 'held-by-remote', on: which % 2 === 0 } }),
  ),
  agrees: withSession(['live'], ({ phone }, session) => phone.agree(session)),
  crosses: withSession(['live'], ({ phone }, session) => phone.agree(session, 491)),
  refuses: withSession(['live'], ({ phone }, session) => phone.agree(session, 488)),
  asksToMove: withSession(['live'], ({ phone, store }, session) => {
    if (session.referred || session.left) return;
    session.referred = true;
    phone.receiveRefer(session.id, { who: '+14155551234', uri: 'sip:+14155551234@demo.zt.patchcord.test' });
    store.getState().followRefer(session.id);
    phone.move(`moved-${(rung += 1)}`, session.id, `+1415556${1000 + (rung % 1000)}`);
  }),
  releases: ({ phone }: Harness, which: number) => {
    const left = pick(
      phone.stage('live').filter((session) => session.left),
      which,
    );
    if (left) phone.end(left.id, { by: 'us', method: 'BYE' });
  },
  transferred: withSession(['live'], ({ phone, store }, { id }, which) => {
    const card = store.getState().cards[id];
    if (!card || card.phase === 'succeeded') return;
    phone.step(id, { kind: 'notify', status: which % 2 === 0 ? 200 : 486, reason: '', terminated: true });
    if (which % 4 === 0) phone.end(id, { by: 'them', method: 'BYE' });
  }),
  registersAnew: ({ phone }: Harness, which: number) => {
    if (which % 5 !== 0) return;
    for (const { id } of phone.stage('ringing', 'calling', 'answering', 'live')) {
      phone.end(id, { by: 'gateway', method: 'none' });
    }
    phone.emit({ type: 'registrationChanged', registration: { state: 'registered' } });
  },
} as const satisfies Record<string, (the: Harness, which: number) => void>;

const step = fc.record<Step>({
  what: fc.constantFrom(...(Object.keys(acts) as (keyof typeof acts)[])),
  which: fc.nat(100),
  ms: fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constantFrom(60, 800, 3000) }),
});

/** What is true after every change of the store, in the middle of anything. */
function check(state: ConsoleState): void {
  const ongoing = Object.values(state.lines).filter((line) => line.state !== 'ended');
  const open = ongoing.filter((line) => line.state === 'live' && !line.held).map(({ id }) => id);
  expect(open.length, 'lines that are not held').toBeLessThanOrEqual(1);
  const bySlot = linesBySlot(state.lines);
  for (const line of ongoing) expect(bySlot[line.slot - 1]?.id, `key ${line.slot}`).toBe(line.id);
  if (ongoing.length > 0) {
    expect(
      ongoing.map(({ id }) => id),
      'the line in view is over while another goes on',
    ).toContain(state.selectedLineId);
  }
}

/** Nothing more happens: everybody answers, and time passes. */
async function settle(the: Harness): Promise<void> {
  for (let turn = 0; turn < 12; turn += 1) {
    await flush();
    for (const session of the.phone.stage('answering')) the.phone.establish(session.id);
    for (const session of the.phone.stage('live')) the.phone.agree(session);
    the.advance(1000);
    vi.advanceTimersByTime(1000);
  }
}

/** Between events: the phone carries sound where the store says so, and every session has a line. */
function checkPhone(the: Harness): void {
  const { lines } = the.store.getState();
  const open = Object.values(lines).find((line) => line.state === 'live' && !line.held);
  if (open) expect(the.phone.focused).toBe(open.id);
  const focused = the.phone.sessions.get(the.phone.focused ?? '');
  expect(focused?.stage, 'a ringing line carries sound').not.toBe('ringing');
  const shown = Object.values(lines).filter((line) => line.state !== 'ended');
  expect(shown.map(({ id }) => id).toSorted()).toEqual([...the.phone.sessions.keys()].toSorted());
}

it('never opens two lines, never hides one, and never looks at a dead one; who is wanted is heard', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 80, size: 'max' }), async (steps) => {
      const the = (await scripted((now) => new SlowPhone(now))) as Harness;
      const wrong: unknown[] = [];
      // Collected: what is thrown inside of an action would be taken for its failure.
      const stopChecking = the.store.subscribe((state) => {
        try {
          check(state);
        } catch (why) {
          wrong.push(why);
        }
      });
      for (const { what, which, ms } of steps) {
        acts[what](the, which);
        await flush();
        checkPhone(the);
        if (wrong.length > 0) throw wrong[0];
        if (ms === 0) continue;
        the.advance(ms);
        vi.advanceTimersByTime(ms);
      }
      await settle(the);
      const sessions = the.phone.stage('live').filter(({ left }) => !left);
      const { ears } = the.store.getState();
      // Exactly the wanted one is open, by the store, by the phone, and by what SIP has agreed on.
      const wanted = sessions.filter(({ id }) => ears.wanted === id).map(({ id }) => id);
      expect(
        sessions
          .filter(({ id, open, refusedForGood }) => open && (!refusedForGood || ears.wanted === id))
          .map(({ id }) => id),
      ).toEqual(wanted);
      // And then: each line that is left can be had, by its key and F6.
      for (const { id } of sessions) {
        const slot = the.store.getState().lines[id]!.slot;
        the.store.getState().setSideTab('directory');
        press(the, String(slot));
        expect(the.store.getState().selectedLineId).toBe(id);
        if (the.store.getState().lines[id]!.held) press(the, 'F6');
        await settle(the);
        expect(the.store.getState().lines[id]).toMatchObject({ state: 'live', held: false });
        expect(the.phone.focused).toBe(id);
      }
      if (wrong.length > 0) throw wrong[0];
      stopChecking();
      the.stop();
    }),
    { numRuns: 300, ...(process.env['SEED'] ? { seed: Number(process.env['SEED']) } : {}) },
  );
}, 60_000);
