import { CircleCheck, CircleX, LoaderCircle } from 'lucide-react';
import type { DirectoryEntry, TargetCheck } from '../../../contract/model.ts';
import type { TransferDraft } from '../../store/transfer.ts';
import { profileName } from '../../store/words.ts';
import { KeyHint } from '../../ui/KeyHint.tsx';
import { formatNumber, formatNumbersIn } from '../../ui/number.ts';

interface CheckLineProps {
  draft: TransferDraft;
  check: TargetCheck | undefined;
  options: readonly DirectoryEntry[];
  onFix(fix: string): void;
  onAnyway(): void;
}

/** What the trunk would do, and what other providers would. Equally high in every state, so that nothing below it moves. */
export function CheckLine({ draft, check, options, onFix, onAnyway }: CheckLineProps) {
  const input = draft.input.trim();
  const asked = input !== '';
  // A name is on its way to a number: nothing is refused yet.
  if (asked && !check?.ok && options.length > 0 && /^[^:@\d]+$/.test(input)) {
    return (
      <p id="transfer-check" role="status" className="min-h-18 text-muted">
        {options.length === 1
          ? `⏎ takes ${options[0]!.name}.`
          : `${options.length} people fit: ↓ and ⏎ take one of them.`}
      </p>
    );
  }
  return (
    <div id="transfer-check" role="status" className="flex min-h-18 items-start gap-2">
      {!asked && (
        <span className="text-muted">
          The trunk places the call and reports each step. You stay on the line until it is answered.
        </span>
      )}
      {asked && !check && (
        <>
          <LoaderCircle aria-hidden="true" size={16} className="mt-0.5 shrink-0 text-muted" />
          <span className="text-muted">Asking the trunk what it would do…</span>
        </>
      )}
      {asked && check && (
        <>
          {check.ok ? (
            <CircleCheck aria-hidden="true" size={16} className="mt-0.5 shrink-0 text-ok" />
          ) : (
            <CircleX aria-hidden="true" size={16} className="mt-0.5 shrink-0 text-bad" />
          )}
          <span className="min-w-0 flex-1">
            {formatNumbersIn(check.says)}
            {!check.ok && !check.says.includes(String(check.status)) && (
              <span className="text-muted"> (REFER would get {check.status}.)</span>
            )}
            <Besides check={check} />
          </span>
          {check.fix !== undefined && (
            <button type="button" className="shrink-0 text-accent underline" onClick={() => onFix(check.fix!)}>
              Use {check.fix} <KeyHint>⏎</KeyHint>
            </button>
          )}
          {!check.ok && (
            <button
              type="button"
              className="shrink-0 text-muted underline"
              title="Send the REFER all the same, to see how it is refused (Ctrl+Enter)"
              onClick={onAnyway}
            >
              Send anyway
            </button>
          )}
        </>
      )}
    </div>
  );
}

/** Who the target will see, by which rule, and how it would go elsewhere. */
function Besides({ check: { callerId, others } }: { check: TargetCheck }) {
  const words = [
    ...(callerId
      ? [
          `Shown as caller: ${callerId.name && `${callerId.name}, `}${formatNumber(callerId.number)} (${callerId.rule}).`,
        ]
      : []),
    ...others.map(({ provider, says }) => `${profileName(provider)}: ${formatNumbersIn(says)}.`),
  ];
  return words.length === 0 ? null : (
    <span className="block text-small text-muted">
      {words.map((sentence) => (
        <span key={sentence} className="block break-words">
          {sentence}
        </span>
      ))}
    </span>
  );
}
