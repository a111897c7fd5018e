/** The picture of a call that leaves core. */
export type {
  CallView as CallSnapshot,
  EndedBy,
  Identity,
  LegResult,
  LegRole,
  LegState,
  LegView as LegSnapshot,
  PacketCounts,
  Speaker,
  TransferStep,
  TransferView as TransferSnapshot,
} from '../../nouns/call.ts';
