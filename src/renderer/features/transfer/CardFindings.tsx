import type { CallView, Finding } from '../../../contract/model.ts';
import { FindingNote } from '../findings/FindingNote.tsx';

interface CardFindingsProps {
  findings: readonly Finding[];
  call: CallView | undefined;
  onShow(message: number | undefined): void;
}

const titled: ReadonlySet<string> = new Set(['D1', 'D2', 'D3', 'refer-refused']);

/** Why it went as it did, and what to do about it, each with the message that proves it. */
export function CardFindings({ findings, call, onShow }: CardFindingsProps) {
  if (findings.length === 0) return null;
  return (
    <ul aria-label="Findings" className="flex flex-col gap-2 border-t border-line px-3 py-2">
      {findings.map((finding) => (
        <li key={finding.id}>
          {/* The verdict above is about the same. */}
          <FindingNote finding={finding} untitled={titled.has(finding.id)}>
            {call !== undefined && (
              <button
                type="button"
                className="shrink-0 text-accent underline"
                aria-label={`Show the message: ${finding.title}`}
                onClick={() => onShow(finding.messageSeqs[0])}
              >
                Show the message
              </button>
            )}
          </FindingNote>
        </li>
      ))}
    </ul>
  );
}
