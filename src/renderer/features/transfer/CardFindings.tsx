import { useConsole } from '../../store/store.ts';
import { findingsOfCard } from '../../store/findings.ts';
import type { TransferCard } from '../../store/transfer-card.ts';
import type { CallView, Finding } from '../../../contract/model.ts';
import { FindingNote } from '../findings/FindingNote.tsx';

const none: readonly Finding[] = [];

/** Why it went as it did, and what to do about it, each with the message that proves it. */
export function CardFindings({ card, call }: { card: TransferCard; call: CallView | undefined }) {
  const all = useConsole((state) => (call === undefined ? none : (state.findings[call.id] ?? none)));
  const showLadder = useConsole((state) => state.ladderActions.show);
  const setBottomTab = useConsole((state) => state.setBottomTab);
  const findings = findingsOfCard(card, call, all);
  if (findings.length === 0) return null;
  return (
    <ul aria-label="Findings" className="flex flex-col gap-2 border-t border-line px-3 py-2">
      {findings.map((finding) => (
        <li key={finding.id}>
          <FindingNote finding={finding}>
            <button
              type="button"
              className="shrink-0 text-accent underline max-wide:hidden"
              aria-label={`Show the message: ${finding.title}`}
              onClick={() => {
                setBottomTab('ladder');
                showLadder(call?.id, finding.messageSeqs[0]);
              }}
            >
              Show the message
            </button>
          </FindingNote>
        </li>
      ))}
    </ul>
  );
}
