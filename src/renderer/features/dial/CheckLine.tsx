import { CircleCheck, CircleX, LoaderCircle, TriangleAlert } from 'lucide-react';
import type { TargetCheck } from '../../../contract/model.ts';
import { useConsole } from '../../store/store.ts';
import type { Judgement, TargetOption } from '../../store/targets.ts';
import { profileName } from '../../store/words.ts';
import { KeyHint } from '../../ui/KeyHint.tsx';
import { formatNumber, formatNumbersIn } from '../../ui/number.ts';

interface CheckLineProps {
  id: string;
  input: string;
  purpose: 'dial' | 'transfer';
  /** The trunk's opinion on what is typed, once it is there. */
  check: TargetCheck | undefined;
  judged: Judgement | undefined;
  options: readonly TargetOption[];
  /** What stands here while nothing is typed. */
  hint: string;
  onFix(fix: string): void;
  onAnyway(): void;
  className?: string;
}

const TONES = {
  ring: { Icon: CircleCheck, colour: 'text-ok' },
  fail: { Icon: TriangleAlert, colour: 'text-warn' },
  'not-sent': { Icon: CircleX, colour: 'text-bad' },
} as const;

/** What will become of it, in one sentence: green rings, amber fails, red cannot be sent. Rules are one click away. */
export function CheckLine(props: CheckLineProps) {
  const { id, input, check, judged, options, hint, className = '' } = props;
  const asked = input.trim() !== '';
  // A name or the beginning of a number is on its way: nothing is refused yet.
  const begun = /^(?:[^:@+*#\d]+|\+\d{0,6})$/.test(input.trim());
  const naming = asked && check?.target === undefined && options.length > 0 && begun;
  return (
    <div id={id} role="status" className={`flex items-start gap-2 max-narrow:flex-wrap ${className}`}>
      {!asked && <span className="text-muted">{hint}</span>}
      {naming && <span className="text-muted">{namingWords(options)}</span>}
      {asked && !naming && (!check || !judged) && (
        <>
          <LoaderCircle aria-hidden="true" size={16} className="mt-0.5 shrink-0 text-muted" />
          <span className="text-muted">Asking the trunk what it would do…</span>
        </>
      )}
      {asked && !naming && check && judged && <Opinion {...props} check={check} judged={judged} />}
    </div>
  );
}

function namingWords(options: readonly TargetOption[]): string {
  const numbers = new Set(options.map(({ number }) => number));
  return numbers.size === 1 ? `⏎ takes ${options[0]!.name}.` : `${numbers.size} people fit: ↓ and ⏎ take one of them.`;
}

function Opinion({
  input,
  purpose,
  check,
  judged,
  onFix,
  onAnyway,
}: CheckLineProps & { check: TargetCheck; judged: Judgement }) {
  const { Icon, colour } = TONES[judged.tone];
  const read = check.number !== undefined && check.number !== input.trim() ? formatNumber(check.number) : undefined;
  const verb = purpose === 'dial' ? 'Call' : 'Send';
  return (
    <>
      <Icon aria-hidden="true" size={16} className={`mt-0.5 shrink-0 ${colour}`} />
      <span className="min-w-0 flex-1 basis-48 wrap-anywhere">
        {read !== undefined && <span className="font-semibold">{read} </span>}
        {formatNumbersIn(judged.says)}
        <Besides check={check} />
      </span>
      <span className="flex shrink-0 flex-col items-end max-narrow:ml-6 max-narrow:flex-row max-narrow:gap-4">
        {check.fix !== undefined && (
          <button type="button" className="text-accent underline" onClick={() => onFix(check.fix!)}>
            Use {check.fix} <KeyHint>⏎</KeyHint>
          </button>
        )}
        {judged.held && check.target !== undefined && (
          <button
            type="button"
            className="text-muted underline"
            title={`${verb} it all the same (Ctrl+Enter)`}
            aria-keyshortcuts="Control+Enter"
            onClick={onAnyway}
          >
            {verb} anyway
          </button>
        )}
      </span>
    </>
  );
}

/** Who the target will see; one click away the status, the rules, and how it would go elsewhere. */
function Besides({ check: { detail, callerId, others } }: { check: TargetCheck }) {
  const shown = useConsole((state) => state.checkDetails);
  const show = useConsole((state) => state.showCheckDetails);
  const details = [
    ...(detail === undefined ? [] : [detail]),
    ...(callerId ? [`Caller ID by ${callerId.rule}.`] : []),
    ...others.map(({ provider, says }) => `${profileName(provider)}: ${formatNumbersIn(says)}.`),
  ];
  return (
    <span className="block text-small text-muted">
      {callerId && (
        <span className="block">
          Shown as caller: {callerId.name && `${callerId.name}, `}
          {formatNumber(callerId.number)}.
        </span>
      )}
      {details.length > 0 && (
        <button type="button" aria-expanded={shown} className="min-h-6 underline" onClick={() => show(!shown)}>
          {shown ? 'Hide rules and other providers' : 'Rules and other providers'}
        </button>
      )}
      {shown &&
        details.map((sentence) => (
          <span key={sentence} className="block wrap-anywhere">
            {sentence}
          </span>
        ))}
    </span>
  );
}
