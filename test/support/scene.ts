/** A call between a caller and the endpoint on the memory network, ready to be transferred. */
import { expect, onTestFinished } from 'vitest';
import type { CallView } from '../../src/nouns/call.ts';
import type { Call } from '../../src/core/b2bua/call.ts';
import { endCall } from '../../src/core/b2bua/hang-up.ts';
import type { Session } from '../../src/core/ua/session.ts';
import {
  BILLING,
  DOMAIN,
  LINE,
  ringing,
  startExchange,
  type Exchange,
  type ExchangeOptions,
  type RingingPhone,
} from './exchange.ts';
import { expectNothingLeft } from './nothing-left.ts';

export interface Scene extends Exchange {
  /** The endpoint as LINE rings it. */
  readonly agent: RingingPhone;
  /** A caller dials LINE, and the endpoint answers. */
  inbound(): Promise<Connected>;
  /** `kind result by status code` of every record. */
  summary(): string[];
}

export interface Connected {
  /** Last picture of the call, whether it lives or not. */
  readonly call: () => CallView;
  readonly live: Call;
  readonly endpoint: Session;
  readonly caller: Session;
  readonly callerEvents: string[];
}

/** After the test every call is ended, and nothing may be left of it: no session, no transaction, no timer, no open record. */
export async function startScene(options: ExchangeOptions = {}): Promise<Scene> {
  const exchange = await startExchange(options);
  const agent = ringing(exchange.clock, 100);
  exchange.phones.set(LINE, agent.phone);
  onTestFinished(async () => {
    const { board, run, clock, trunk, caller, endpoint, party, records, media } = exchange;
    for (const call of board.calls.values()) endCall(board, call, { by: 'trunk', result: 'answered' });
    await run(1000);
    expectNothingLeft(clock, trunk, caller, endpoint, party);
    expect(board.calls.size).toBe(0);
    expect(records.filter(({ end }) => end === undefined)).toEqual([]);
    expect(media.sessions.every(({ closed }) => closed)).toBe(true);
    expect(board.options.capacity.view().legs).toBe(0);
  });
  return {
    ...exchange,
    agent,
    summary: () =>
      exchange.records.map(
        ({ kind, end }) =>
          `${kind} ${end ? [end.result, end.endedBy, end.sipStatus, end.hangup.code ?? end.hangup.name].filter(Boolean).join(' ') : 'open'}`,
      ),
    async inbound() {
      const before = new Set(exchange.board.calls.keys());
      const { session, events } = exchange.dial(exchange.caller, LINE);
      await exchange.run(300);
      const live = [...exchange.board.calls.values()].find(({ id }) => !before.has(id));
      if (!live || !agent.session) throw new Error('the endpoint did not ring');
      return {
        call: () => exchange.pictures.get(live.id) ?? live.snapshot(),
        live,
        endpoint: agent.session,
        caller: session,
        callerEvents: events,
      };
    },
  };
}

/** Sends a REFER and keeps what comes back, as `202`, `NOTIFY 180 Ringing` and `refused 403`; ` .` ends the subscription. */
export function refer(session: Session, target = `<sip:${BILLING}@${DOMAIN}>`): string[] {
  const log: string[] = [];
  session.refer(target, [], {
    accepted: ({ status }) => log.push(String(status)),
    refused: (status) => log.push(`refused ${status}`),
    notified: ({ status, reason }, terminated) => log.push(`NOTIFY ${status} ${reason}${terminated ? ' .' : ''}`),
  });
  return log;
}
