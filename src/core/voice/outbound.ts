/** A call that the API begins: one leg, and the document that runs on it when it is answered. */
import { callOwner } from '../b2bua/call-owner.ts';
import { detach } from '../log/owner.ts';
import type { Board } from '../b2bua/board.ts';
import type { Call, CallFacts } from '../b2bua/call.ts';
import { dialLeg } from '../b2bua/dial-leg.ts';
import { closeLeg, dropLeg, endCall, type LegEnd } from '../b2bua/hang-up.ts';
import { partyOf, resultOf, type Leg } from '../b2bua/leg.ts';
import { ringTime } from '../b2bua/ring-time.ts';
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
  const leg = board.addLeg(call, { role: route.role, identity: route.identity, direction: 'out' });
  call.pair = [leg];
  applications.await(leg, source);
  board.changed(call);
  const begin = (): void => tryDestination(board, applications, call, leg, { route, fields }, 0);
  const until = call.original?.queuedUntil;
  if (until === undefined) begin();
  else call.ringTimer = clock.after(until - clock.now(), begin, callOwner(board, call));
  return { call, leg };
}

/** Rings one destination; the next one is tried when it fails or stays silent (P29). */
function tryDestination(
  board: Board,
  applications: ApplicationRunner,
  call: Call,
  leg: Leg,
  outbound: Pick<Outbound, 'route' | 'fields'>,
  index: number,
): void {
  const { ringSeconds, fallbackSeconds } = board.options;
  const { route, fields } = outbound;
  const destination = route.destinations[index];
  if (!destination) {
    const { status } = route.failure;
    endWith(board, call, leg, { by: 'trunk', result: resultOf(status), status });
    return;
  }
  if (call.original) call.original.transport = destination.hop.transport;
  const more = index + 1 < route.destinations.length;
  const fallBack = (): void => {
    const { role, identity } = leg.facts;
    const another = board.addLeg(call, { role, identity, direction: 'out', insteadOf: leg.facts.insteadOf ?? leg.id });
    applications.replace(leg, another);
    call.pair = [another];
    tryDestination(board, applications, call, another, outbound, index + 1);
  };
  const giveUpAfter = ringTime(board, call, () => {
    const end = { by: 'trunk', result: 'no-answer', status: 408 } as const;
    if (more) fallBack();
    dropLeg(board, leg, end);
    if (!more) endCall(board, call, end);
  });
  giveUpAfter((more ? Math.min(fallbackSeconds(), ringSeconds()) : ringSeconds()) * 1000);
  const dialling = { from: call.facts.from, fields };
  const placed = dialLeg(board, call, leg, destination, dialling, {
    rang: () => {
      giveUpAfter(ringSeconds() * 1000);
      board.changed(call);
    },
    answered: () => {
      call.ringTimer?.cancel();
      call.state = 'answered';
      call.answeredAt = leg.answeredAt;
      board.answerRecord(call.original);
      board.changed(call);
      applications.answered(board, call, leg);
    },
    failed: (status, _, why) => {
      call.ringTimer?.cancel();
      const by = why === undefined ? partyOf(leg.facts.role) : 'trunk';
      const end = { by, result: resultOf(status), status, why } as const;
      if (!more) return endWith(board, call, leg, end);
      fallBack();
      closeLeg(board, leg, end);
    },
  });
  detach(placed, callOwner(board, call));
}

function endWith(board: Board, call: Call, leg: Leg, end: LegEnd): void {
  closeLeg(board, leg, end);
  endCall(board, call, end);
}
