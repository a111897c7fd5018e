import type { Line } from '../../store/line-model.ts';
import { useConsole } from '../../store/store.ts';
import { TransferCardView } from './TransferCardView.tsx';
import { TransferEntry } from './TransferEntry.tsx';

/** One place for the whole life of a transfer: typed, under way, judged. */
export function TransferArea({ line }: { line: Line }) {
  const draft = useConsole((state) => (state.draft?.lineId === line.id ? state.draft : undefined));
  const card = useConsole((state) => state.cards[line.id]);
  if (draft) return <TransferEntry line={line} draft={draft} />;
  return card ? <TransferCardView line={line} card={card} /> : null;
}
