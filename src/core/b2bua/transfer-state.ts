/** One transfer of a call, as it stands. Data and what follows from it. */
import type { Identity, PacketCounts, TransferStep, TransferView } from '../../nouns/call.ts';
import type { Timer } from '../time/clock.ts';
import type { ReferReporter } from '../ua/incoming-refer.ts';
import type { Leg } from './leg.ts';
import type { LegEnd } from './leg-end.ts';
import type { RecordDraft } from './record-draft.ts';
import type { TransferState } from './transfer-machine.ts';

/** One transfer that was begun, and what became of it. */
export interface Transfer {
  readonly id: string;
  /** What asked for it: a REFER, or the control API (P32). */
  readonly by: 'refer' | 'api';
  readonly transferor: Leg;
  readonly transferee: Leg;
  target: Leg;
  readonly number: Identity;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly draft: RecordDraft;
  state: TransferState;
  reporter: ReferReporter | undefined;
  /** Rings the target. */
  hunt: { begin(): void; stop(end: LegEnd): void } | undefined;
  timer: Timer | undefined;
  status: number | undefined;
  readonly steps: TransferStep[];
  /** Packets of transferee and target when the target answered. */
  soundBefore?: { readonly transferee: PacketCounts; readonly target: PacketCounts };
}

export function transferSnapshot(transfer: Transfer): TransferView {
  const { state } = transfer;
  return {
    id: transfer.id,
    by: transfer.by,
    transferorLegId: transfer.transferor.id,
    transfereeLegId: transfer.transferee.id,
    targetLegId: transfer.target.id,
    target: transfer.number,
    startedAt: transfer.startedAt,
    state: state === 'failed' ? 'failed' : state === 'calling' || state === 'ringing' ? 'pending' : 'succeeded',
    ...(transfer.status === undefined ? {} : { status: transfer.status }),
    steps: [...transfer.steps],
    callerId: { ...transfer.draft.from, rule: transfer.draft.callerIdRule },
    ...(transfer.soundBefore === undefined ? {} : { sound: soundSince(transfer, transfer.soundBefore) }),
  };
}

/** Packets of the two who talk after a transfer, so far. */
export function soundOf({ transferee, target }: Transfer): { transferee: PacketCounts; target: PacketCounts } {
  const counts = ({ media }: Leg): PacketCounts => ({
    received: media?.stats.received ?? 0,
    sent: media?.stats.sent ?? 0,
  });
  return { transferee: counts(transferee), target: counts(target) };
}

function soundSince(transfer: Transfer, before: ReturnType<typeof soundOf>): ReturnType<typeof soundOf> {
  const now = soundOf(transfer);
  const since = (who: 'transferee' | 'target'): PacketCounts => ({
    received: now[who].received - before[who].received,
    sent: now[who].sent - before[who].sent,
  });
  return { transferee: since('transferee'), target: since('target') };
}
