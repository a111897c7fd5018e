/**
 * W5: the application dies in every state of its call: killed (its host refuses connections) or blackholed (it answers
 * nothing, and the webhook client gives up after its 15 s). The call ends, and nothing is left of it.
 */
import { describe, expect, it } from 'vitest';
import type { Session } from '../../src/core/ua/session.ts';
import { BILLING, DOMAIN, ringing } from '../support/exchange.ts';
import { startStage, type Document, type Stage } from './stage.ts';

/** Seconds until the webhook client gives an application up, by default. */
const LIMIT_SECONDS = 15;

interface Dying {
  /** What the application says while it lives, by path. `/dead` never has an answer. */
  readonly documents: Readonly<Record<string, string>>;
  /** Seconds after the call's beginning at which it is asked and is dead. */
  readonly at: number;
  during?(at: Stage, session: Session): Promise<void>;
  readonly record: string;
}

const states: Readonly<Record<string, Dying>> = {
  // Twilio answers such a call to say that an application error has occurred.
  ringing: { documents: {}, at: 0, record: 'answered trunk' },
  live: {
    documents: { '/voice': '<Say>Hello</Say><Pause length="4"/><Redirect>/dead</Redirect>' },
    at: 5,
    record: 'answered trunk',
  },
  held: {
    documents: { '/voice': '<Say>Hello</Say><Pause length="4"/><Redirect>/dead</Redirect>' },
    at: 5,
    async during(at, session) {
      await at.run(1000);
      const held = session.offer('sendonly');
      await at.run(200);
      await held;
    },
    record: 'answered trunk',
  },
  'transferring, while the target rings': {
    documents: { '/voice': `<Dial action="/dead" timeout="10">${BILLING}</Dial>` },
    at: 10,
    record: 'answered trunk',
  },
  'transferring, after the REFER was refused': {
    documents: { '/voice': `<Say>Hello</Say><Refer action="/dead"><Sip>sip:1@${DOMAIN}</Sip></Refer>` },
    at: 1,
    record: 'answered trunk',
  },
};

describe('an application that dies', () => {
  it.each(
    Object.entries(states).flatMap(([name, state]) => [
      { name, state, death: 'killed' },
      { name, state, death: 'blackholed' },
    ]),
  )('W5: application, $name, $death', async ({ state, death }) => {
    const documents: Record<string, Document> = { ...state.documents };
    const silentFor = async (): Promise<string> => {
      const { promise, resolve } = Promise.withResolvers<string | undefined>();
      at.clock.after(LIMIT_SECONDS * 1000, () => resolve(undefined));
      return (await promise) as string;
    };
    const dead = state.at === 0 ? '/voice' : '/dead';
    if (death === 'blackholed') documents[dead] = silentFor;
    const at: Stage = await startStage(documents, { sayMs: 1000 });
    at.phones.set(BILLING, ringing(at.clock).phone);
    const { session } = at.dialApp('caller');
    await at.run(100);
    await state.during?.(at, session);
    await at.run(state.at * 1000 + (death === 'killed' ? 2000 : LIMIT_SECONDS * 1000 + 2000));
    expect(at.asked.at(-1)?.what).toBe(`POST ${dead}`);
    expect(at.board.calls.size).toBe(0);
    expect(at.records[0]?.end && `${at.records[0].end.result} ${at.records[0].end.endedBy}`).toBe(state.record);
    expect(session.state).toBe('ended');
    expect(at.notices.length).toBeGreaterThan(0);
  });
});
