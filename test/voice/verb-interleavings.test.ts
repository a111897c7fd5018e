/**
 * A Dial or a Refer is under way, and everything that can happen happens, in any order and at any time: nobody is left on the line,
 * every record is closed, and the application is told of the verb once at most.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Session } from '../../src/core/ua/session.ts';
import { BILLING, DOMAIN, ringing, SALES, type RingingPhone } from '../support/exchange.ts';
import { finalNotifies } from '../support/final-notifies.ts';
import { startStage, type Dialled, type Stage } from './stage.ts';

const DESK = 'sip:desk@10.0.0.4';

interface Scene {
  readonly at: Stage;
  readonly caller: Dialled;
  readonly billing: RingingPhone;
  readonly desk: RingingPhone;
}

const refer = (session: Session | undefined): void => {
  if (session?.state === 'confirmed') session.refer(`<sip:${SALES}@${DOMAIN}>`, [], { refused() {}, notified() {} });
};

/** A document for the leg at that place, if it is there. */
const update = ({ at }: Scene, index: number, xml: string): void => {
  for (const call of at.board.calls.values()) {
    const leg = call.legs[index];
    if (leg) at.applications.update(at.board, call, leg, { xml: `<Response>${xml}</Response>` });
  }
};

const happenings = {
  'the caller hangs up': ({ caller }: Scene) => caller.session.hangUp(),
  'the caller sends REFER': ({ caller }: Scene) => refer(caller.session),
  'billing answers': ({ billing }: Scene) => billing.session?.incoming?.answer('sendrecv'),
  'billing is busy': ({ billing }: Scene) => billing.session?.incoming?.reject(486),
  'billing hangs up': ({ billing }: Scene) => billing.session?.hangUp(),
  'billing sends REFER': ({ billing }: Scene) => refer(billing.session),
  'the desk answers': ({ desk }: Scene) => desk.session?.incoming?.answer('sendrecv'),
  'the desk hangs up': ({ desk }: Scene) => desk.session?.hangUp(),
  'the caller gets another document': (scene: Scene) =>
    update(scene, 0, `<Dial><Number>${SALES}</Number></Dial><Pause length="3"/>`),
  'the first that was called gets a document': (scene: Scene) => update(scene, 1, '<Pause length="2"/>'),
  'the second that was called is referred': (scene: Scene) =>
    update(scene, 2, '<Refer><Sip>sip:a@example.com</Sip></Refer><Pause/>'),
} as const;

type Happening = keyof typeof happenings;

const dials = [
  `<Dial action="/done" referUrl="/refer" timeout="4"><Number>${BILLING}</Number><Sip>${DESK}</Sip></Dial>`,
  `<Dial action="/done" answerOnBridge="true"><Number url="/screen">${BILLING}</Number><Sip>${DESK}</Sip></Dial>`,
  `<Dial timeLimit="1" referUrl="/refer"><Number>${BILLING}</Number><Sip url="/screen">${DESK}</Sip></Dial><Pause/>`,
] as const;

const plans = fc.record({
  voice: fc.constantFrom(...dials),
  done: fc.constantFrom('', '<Pause length="2"/>', `<Dial><Number>${SALES}</Number></Dial>`),
  screen: fc.constantFrom('', '<Hangup/>', '<Pause/>'),
  what: fc.array(
    fc.tuple(fc.constantFrom(...(Object.keys(happenings) as Happening[])), fc.integer({ min: 0, max: 1500 })),
    { minLength: 1, maxLength: 8 },
  ),
});

it('Dial: whatever happens in whatever order, everybody is let go and everything is told once', async () => {
  await fc.assert(
    fc.asyncProperty(plans, async ({ voice, done, screen, what }) => {
      const documents = { '/voice': voice, '/done': done, '/screen': screen };
      const refers = { '/refer': `<Dial><Number>${SALES}</Number></Dial>` };
      const at = await startStage({ ...documents, ...refers }, { countries: ['US'] });
      const [billing, desk] = [ringing(at.clock), ringing(at.clock)];
      at.phones.set(BILLING, billing.phone);
      at.phones.set('desk', desk.phone);
      at.phones.set(SALES, ringing(at.clock, 200).phone);
      const scene = { at, caller: at.dialApp('caller'), billing, desk };
      await at.run(100);
      for (const [name, ms] of what) at.clock.after(ms, () => happenings[name](scene));
      await at.run(12_000);
      for (const call of at.board.calls.values()) {
        expect(call.conversation.talkers.every(({ live }) => live)).toBe(true);
        expect(call.legs.some(({ live }) => live)).toBe(true);
      }
      for (const { session } of [scene.caller, billing, desk]) session?.hangUp();
      await at.run(12_000);
      for (const { ua } of [at.party]) for (const session of ua.sessions) session.hangUp();
      await at.run(8000);
      expect([...at.board.calls.values()].map(({ legs }) => legs.map(({ state }) => state))).toEqual([]);
      expect(at.records.filter(({ end }) => end === undefined)).toEqual([]);
      expect(at.asked.filter(({ what: asked }) => asked === 'POST /done').length).toBeLessThanOrEqual(1);
      for (const { ua } of [at.caller, at.party, at.trunk]) {
        expect([...ua.sessions].filter(({ state }) => state !== 'ended')).toEqual([]);
      }
    }),
    { numRuns: 100 },
  );
}, 60_000);

const referred = fc.record({
  action: fc.boolean(),
  refuses: fc.boolean(),
  reports: fc.array(fc.tuple(fc.constantFrom(100, 180, 200, 404, 486, 603), fc.integer({ min: 0, max: 300 })), {
    maxLength: 3,
  }),
  what: fc.array(fc.tuple(fc.constantFrom('hang up', 'update', 'lose NOTIFYs'), fc.integer({ min: 0, max: 300 })), {
    maxLength: 3,
  }),
});

it('T9, T12: whatever the endpoint makes of a REFER and whenever, the verb ends, and is reported once with no parameter empty', async () => {
  await fc.assert(
    fc.asyncProperty(referred, async ({ action, refuses, reports, what }) => {
      const sip = '<Sip>sip:alice@example.com</Sip>';
      const at = await startStage({
        '/voice': `<Refer ${action ? 'action="/refer"' : ''}>${sip}</Refer>`,
        '/refer': '',
      });
      const { session } = at.dialApp('endpoint', {
        referred: (incoming) => {
          if (refuses) return incoming.reject(405);
          const reporter = incoming.accept({});
          for (const [status, ms] of reports) at.clock.after(ms, () => reporter.report(status));
        },
      });
      for (const [name, ms] of what) {
        at.clock.after(ms, () => {
          if (name === 'hang up') session.hangUp();
          else if (name === 'lose NOTIFYs') at.network.drop = ({ startLine }) => startLine.startsWith('NOTIFY');
          else {
            for (const call of at.board.calls.values())
              at.applications.update(at.board, call, call.legs[0]!, {
                xml: '<Response><Pause length="1"/></Response>',
              });
          }
        });
      }
      await at.run(1000);
      await at.run(250_000);
      at.network.drop = () => false;
      await at.run(2000);
      expect(at.board.calls.size).toBe(0);
      // W2: however it ended, and whoever hung up.
      expect(finalNotifies(at.network).filter((ends) => ends.length !== 1)).toEqual([]);
      const told = at.asked.filter(({ what: asked }) => asked === 'POST /refer');
      const [first] = told;
      expect(told.length).toBeLessThanOrEqual(action ? 1 : 0);
      if (first) {
        const { ReferCallStatus, ReferSipResponseCode, NotifySipResponseCode } = first.parameters;
        expect(['in-progress', 'busy', 'no-answer', 'failed', 'canceled']).toContain(ReferCallStatus);
        if (ReferSipResponseCode === '405') expect(NotifySipResponseCode).toBeUndefined();
        expect(Object.values(first.parameters)).not.toContain('');
      } else if (action) expect(what.map(([name]) => name)).toContain('update');
    }),
    { numRuns: 60 },
  );
}, 60_000);
