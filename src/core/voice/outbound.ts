/** A call that the API begins: one leg, and the document that runs on it when it is answered. */
import { callOwner } from '../b2bua/call-owner.ts';
import type { Board } from '../b2bua/board.ts';
import type { Call, CallFacts } from '../b2bua/call.ts';
import { closeLeg, endCall } from '../b2bua/hang-up.ts';
import { Hunt } from '../b2bua/hunt.ts';
import { resultOf, type Leg } from '../b2bua/leg.ts';
import type { TargetRoute } from '../b2bua/target-route.ts';
import type { Source } from './application.ts';
import type { ApplicationRunner } from './application-runner.ts';

export interface Outbound {
  readonly facts: Omit<CallFacts, 'id' | 'sessionId' | 'startedAt'>;
  /** Looked up already. */
  readonly route: TargetRoute;
  /** For the INVITE. */
  readonly fields: [name: string, value: string][];
  readonly source: Source;
}

/** @returns the leg that is placed, perhaps a moment later (P25) */
export function placeCall(
  board: Board,
  applications: ApplicationRunner,
  { facts, route, fields, source }: Outbound,
): { call: Call; leg: Leg } {
  const { clock } = board.options;
  const call = board.open(facts, { callerIdRule: 'as asked', counted: true });
  const first = board.addLeg(call, { role: route.role, identity: route.identity, direction: 'out' });
  call.conversation.talk(first);
  const waiting = { source };
  applications.await(first, waiting);
  board.changed(call);
  const dialling = { from: call.facts.from, fields };
  const limits = { ringMs: board.options.ringSeconds() * 1000, stepsRingOut: true, afterRinging: 'next' } as const;
  const hunt = new Hunt(board, call, [{ route, dialling, first, role: route.role }], limits, {
    placed: (leg, _, { hop }) => {
      if (call.original) call.original.transport = hop.transport;
      if (leg === first) return;
      call.conversation.talk(leg);
      applications.await(leg, waiting);
    },
    rang: () => board.changed(call),
    answered: (leg) => {
      call.conversation.talk(leg);
      call.state = 'answered';
      call.answeredAt = leg.answeredAt;
      board.answerRecord(call.original);
      board.changed(call);
      applications.answered(board, call, leg);
    },
    failed: ({ by, status, why }) => {
      const end = { by, result: resultOf(status), status, why } as const;
      closeLeg(board, first, end);
      endCall(board, call, end);
    },
  });
  const begin = () => hunt.begin();
  const until = call.original?.queuedUntil;
  if (until === undefined) begin();
  else call.queueTimer = clock.after(until - clock.now(), begin, callOwner(board, call));
  return { call, leg: first };
}
