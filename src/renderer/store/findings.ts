/** What the trunk's diagnosis says about calls. */
import type { ContractClient } from '../../contract/client.ts';
import type { ContractEvent } from '../../contract/events.ts';
import type { CallView, Finding } from '../../contract/model.ts';
import type { TransferCard } from './transfer-card.ts';

/** Calls whose findings are kept, the newest. */
const CALLS_KEPT = 50;

export interface FindingsSlice {
  /** By call id; a call that is not here has not been asked about, or nothing was found. */
  findings: Readonly<Record<string, readonly Finding[]>>;
  /** Asks for the findings of a call that is not live any more. */
  loadFindings(callId: string): Promise<void>;
}

type Update = (change: (state: FindingsSlice) => Partial<FindingsSlice>) => void;

export function createFindingsSlice(set: Update, _get: unknown, send: ContractClient['send']): FindingsSlice {
  return {
    findings: {},
    loadFindings: async (callId) => {
      const { findings } = await send('findings.get', { callId });
      set((state) => ({ findings: withFindings(state.findings, callId, findings) }));
    },
  };
}

export function reduceFindings(state: FindingsSlice, event: ContractEvent): Partial<FindingsSlice> | undefined {
  if (event.type !== 'findingsChanged') return undefined;
  return { findings: withFindings(state.findings, event.callId, event.findings) };
}

function withFindings(
  all: FindingsSlice['findings'],
  callId: string,
  findings: readonly Finding[],
): FindingsSlice['findings'] {
  const { [callId]: _, ...others } = all;
  return { ...Object.fromEntries(Object.entries(others).slice(-(CALLS_KEPT - 1))), [callId]: findings };
}

/** Those about the transfer that the card shows: the last one that this line asked for. */
export function findingsOfCard(
  card: TransferCard,
  call: CallView | undefined,
  findings: readonly Finding[],
): readonly Finding[] {
  // A REFER that was refused began no transfer, and each has its own finding.
  if (card.phase === 'failed' && card.decidedBy === 'response') {
    const refused = findings.findLast(({ transferId }) => transferId === undefined);
    return refused ? [refused] : [];
  }
  // Until the trunk has answered, its last transfer is the one before.
  if (card.phase === 'sent') return [];
  const leg = call?.legs.find(({ sipCallId }) => sipCallId === card.lineId);
  const transfer = call?.transfers.findLast(({ transferorLegId, by }) => transferorLegId === leg?.id && by !== 'api');
  return transfer ? findings.filter(({ transferId }) => transferId === transfer.id) : [];
}
