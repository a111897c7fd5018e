import { useConsole } from '../../store/store.ts';
import { isPending } from '../../store/transfer-card.ts';
import { transferBadge } from '../../store/words.ts';
import { useNow } from '../../ui/use-now.ts';

/** How the transfer of a line goes, in its row: it is seen while another line is looked at. */
export function TransferBadge({ lineId }: { lineId: string }) {
  const card = useConsole((state) => state.cards[lineId]);
  const read = useConsole((state) => state.now);
  const pending = isPending(card);
  const now = useNow(read, 500, pending);
  const words = card && transferBadge(card, now);
  if (words === undefined) return null;
  return (
    <span className={`ml-auto shrink-0 text-small font-semibold ${pending ? 'text-info' : 'text-bad'}`}>{words}</span>
  );
}
