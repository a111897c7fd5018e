/** W3: an exception in a timer, a promise, a handler or a listener ends the call it belongs to, and no other. */
import { describe, expect, it } from 'vitest';
import type { Logger } from '../../src/core/log/logger.ts';
import { BILLING, LINE, ringing } from '../support/exchange.ts';
import { refer, startScene, type Connected, type Scene } from '../support/scene.ts';

interface Logged {
  readonly fields: Record<string, unknown>;
  readonly message: string;
}

function recorder(errors: Logged[]): Logger {
  const log: Logger = {
    debug() {},
    info() {},
    warn() {},
    error: (fields, message) => errors.push({ fields: fields as Logged['fields'], message }),
    child: () => log,
  };
  return log;
}

const bug = (): never => {
  throw new Error('a bug');
};

/** Each makes something of the call throw; undefined when that happens at once, else milliseconds after. */
const kinds: Record<string, (at: Scene, call: Connected) => Promise<number> | number> = {
  'a timer of the call': async (at, { endpoint, live }) => {
    at.phones.set(BILLING, ringing(at.clock, 60_000).phone);
    refer(endpoint);
    await at.run(500);
    const [transfer] = live.transfers;
    // What the transfer does when the target has rung for too long.
    Object.assign(transfer!.reporter!, { report: bug });
    return 31_000;
  },
  'a timer of a session': (_, { live }) => {
    const session = live.legs[0]!.session!;
    Object.assign(session, { peerAllows: bug });
    session.timer.run({ seconds: 90, refresher: 'us' });
    return 90_000;
  },
  'a promise that nobody awaits': (_, { live, endpoint }) => {
    const leg = live.legs[1]!;
    // The answer to a re-INVITE is made; it cannot be sent.
    Object.assign(leg.session!, { targetHeaders: bug });
    endpoint.offer('sendrecv').catch(() => {});
    return 1000;
  },
  'the handler of a request': (_, { live, endpoint }) => {
    Object.assign(live.legs[1]!.session!.user, { referred: bug });
    refer(endpoint);
    return 1000;
  },
  'the handler of a response': (_, { live }) => {
    const session = live.legs[1]!.session!;
    session.request('INFO', [], { response: bug, timeout() {}, transportError() {} });
    return 1000;
  },
  'the handler of a time-out': (at, { live }) => {
    const session = live.legs[1]!.session!;
    at.network.drop = ({ startLine }) => startLine.startsWith('INFO');
    session.request('INFO', [], { response() {}, timeout: bug, transportError() {} });
    return 33_000;
  },
  'the handler of an ACK': (_, { live, endpoint }) => {
    Object.assign(live.legs[1]!.session!.user, { acknowledged: bug });
    endpoint.offer('sendrecv').catch(() => {});
    return 1000;
  },
  'a lost connection': (at, { live }) => {
    const session = live.legs[1]!.session!;
    Object.assign(session.user, { flowLost: bug });
    Object.defineProperty(session, 'flow', { get: () => 'flow-1' });
    at.trunk.transactions.onFlowClosed('flow-1');
    return 1000;
  },
};

describe('W3: an exception costs one call', () => {
  it.each(Object.keys(kinds))('%s', async (kind) => {
    const errors: Logged[] = [];
    const at = await startScene({ log: recorder(errors) });
    const other = await at.inbound();
    const doomed = await at.inbound();
    const names = [doomed.live.id, ...doomed.live.legs.map(({ session }) => session!.callId)];
    const wait = await kinds[kind]!(at, doomed);
    await at.run(wait);
    // It is over, for everybody in it and for the records.
    expect(doomed.call().state).toBe('ended');
    await at.run(500);
    expect(doomed.callerEvents.at(-1)).toMatch(/^ended/);
    expect(at.board.calls.has(doomed.live.id)).toBe(false);
    // The log names it.
    expect(errors.length).toBeGreaterThan(0);
    for (const { fields } of errors) expect(names).toContain(fields['call'] ?? fields['sipCallId']);
    // The other one goes on, and so does the trunk.
    expect(other.call().state).toBe('answered');
    at.phones.set(LINE, ringing(at.clock, 100).phone);
    const { events } = at.dial(at.caller, LINE);
    await at.run(500);
    expect(events.at(-1)).toBe('answered');
    for (const { ua } of [at.caller, at.endpoint, at.party]) for (const session of ua.sessions) session.hangUp();
  });
});
