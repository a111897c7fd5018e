/**
 * Whatever happens in whatever order: no call, timer, session, record or tap may be left, nothing of ours may fail, and each
 * REFER hears exactly once how it ended, on the wire (W2) and from the user agent that sent it.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { endCall } from '../../src/core/b2bua/hang-up.ts';
import { silent } from '../../src/core/log/logger.ts';
import type { Session } from '../../src/core/ua/session.ts';
import { BILLING, LINE, plainUser, SALES, type Phone } from '../support/exchange.ts';
import { finalNotifies } from '../support/final-notifies.ts';
import { expectNothingLeft } from '../support/nothing-left.ts';
import { startStage, type Stage } from './stage.ts';

const VERBS = [
  '<Say>Hello</Say>',
  '<Say loop="0">Hello</Say>',
  '<Play>tone.wav</Play>',
  '<Play digits="1w2"/>',
  '<Pause length="1"/>',
  '<Gather timeout="1" action="/b" numDigits="2"><Say>Press</Say><Pause length="1"/></Gather>',
  `<Dial action="/b" timeout="2">${BILLING}</Dial>`,
  `<Dial answerOnBridge="true"><Number url="/whisper">${BILLING}</Number><Number>${SALES}</Number></Dial>`,
  `<Dial referUrl="/b" timeLimit="2" hangupOnStar="true"><Sip>sip:x@10.0.0.4</Sip></Dial>`,
  '<Refer action="/a"><Sip>sip:alice@example.com</Sip></Refer>',
  '<Refer><Sip>sip:alice@example.com</Sip></Refer>',
  '<Redirect>/b</Redirect>',
  '<Reject/>',
  '<Hangup/>',
  '<Oops/>',
];

const document = fc.array(fc.constantFrom(...VERBS), { maxLength: 3 }).map((verbs) => verbs.join(''));

const step = fc.record({
  afterMs: fc.constantFrom(0, 1, 3, 10, 100, 700, 2500),
  what: fc.constantFrom(
    'caller hangs up',
    'called hangs up',
    'called answers',
    'called refuses',
    'trunk hangs up',
    'key',
    'update first',
    'update last',
    'caller refers',
    'called refers',
  ),
});

interface Actors {
  readonly at: Stage;
  readonly caller: Session;
  readonly called: Session[];
  /** What ended each REFER, as its sender heard it. */
  readonly outcomes: string[][];
}

function act({ at, caller, called, outcomes }: Actors, what: string): void {
  const [call] = at.board.calls.values();
  const newest = called.at(-1);
  const update = (leg = call?.legs[0]) => {
    if (call && leg)
      at.applications.update(at.board, call, leg, {
        url: 'http://app.test/a',
        method: 'POST',
        parameters: [],
        why: 'api',
      });
  };
  const refer = (session: Session | undefined) => {
    if (session?.state !== 'confirmed') return;
    const ends: string[] = [];
    outcomes.push(ends);
    session.refer(`<sip:${SALES}@there.test>`, [], {
      refused: (status) => ends.push(`refused ${status}`),
      notified: ({ status }) => void (status >= 200 && ends.push(`notified ${status}`)),
      subscriptionEnded: (reason) => ends.push(`ended ${reason}`),
    });
  };
  switch (what) {
    case 'caller hangs up':
      return caller.state === 'ended' ? undefined : caller.hangUp();
    case 'called hangs up':
      return newest?.state === 'confirmed' ? newest.hangUp() : undefined;
    case 'called answers':
      return newest?.incoming?.answer('sendrecv');
    case 'called refuses':
      return newest?.incoming?.reject(486);
    case 'trunk hangs up':
      return call && endCall(at.board, call, { by: 'trunk', result: 'answered' });
    case 'key':
      for (const media of at.media.sessions) {
        const position = { ssrc: 1, sequenceNumber: 1, timestamp: at.clock.now(), marker: true };
        media.hear({ kind: 'dtmf', event: 10, end: false, volume: 10, duration: 160, ...position });
      }
      return undefined;
    case 'update first':
      return update();
    case 'update last':
      return update(call?.legs.at(-1));
    case 'caller refers':
      return refer(caller);
    default:
      return refer(newest);
  }
}

it('leaves nothing behind, whatever happens', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({ voice: document, a: document, b: document, whisper: document }),
      fc.constantFrom('endpoint' as const, 'caller' as const),
      fc.array(step, { maxLength: 8 }),
      async ({ voice, a, b, whisper }, from, steps) => {
        const errors: unknown[] = [];
        const log = { ...silent, error: (...said: unknown[]) => void errors.push(said) };
        const at = await startStage(
          { '/voice': voice, '/a': a, '/b': b, '/whisper': whisper },
          { sayMs: 500, files: { '/tone.wav': 1 }, countries: ['US'], log },
        );
        const called: Session[] = [];
        const phone: Phone = (invitation) => {
          const session = invitation.take(plainUser([]));
          called.push(session);
          session.incoming?.progress(180);
        };
        for (const number of [BILLING, SALES, LINE, 'x']) at.phones.set(number, phone);
        const { session } = at.dialApp(from, {
          referred: (refer) => refer.accept({}).report(steps.length % 2 === 0 ? 200 : 486),
        });
        const actors: Actors = { at, caller: session, called, outcomes: [] };
        for (const { afterMs, what } of steps) {
          await at.run(afterMs);
          act(actors, what);
        }
        await at.run(4000);
        for (const call of at.board.calls.values()) endCall(at.board, call, { by: 'trunk', result: 'answered' });
        for (const each of [session, ...called]) if (each.state !== 'ended') each.hangUp();
        await at.run(2000);
        expect(errors).toEqual([]);
        expectNothingLeft(at.clock, at.trunk, at.caller, at.endpoint, at.party);
        expect(at.board.calls.size).toBe(0);
        expect(finalNotifies(at.network).filter((ends) => ends.length !== 1)).toEqual([]);
        expect(actors.outcomes.filter((ends) => ends.length !== 1)).toEqual([]);
        expect(at.records.filter(({ end }) => end === undefined)).toEqual([]);
        const named = at.records.map(({ id }) => id);
        expect(new Set(named).size).toBe(named.length);
        expect(at.board.options.capacity.view().legs).toBe(0);
        expect(at.media.sessions.filter(({ closed, tapped }) => !closed || tapped)).toEqual([]);
      },
    ),
    { numRuns: 150 },
  );
});
