import { X } from 'lucide-react';
import type { ReceivedRefer } from '../../phone/phone.ts';
import { callOfSession } from '../../store/calls.ts';
import { isOpen, type FollowCard } from '../../store/follow-card.ts';
import { followStepWords, followVerdict } from '../../store/follow-verdict.ts';
import { useConsole, useConsoleStore } from '../../store/store.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { formatClock } from '../../ui/format.ts';
import { formatNumber } from '../../ui/number.ts';
import { Steps } from '../../ui/Steps.tsx';
import { useNow } from '../../ui/use-now.ts';
import { TONES, VerdictLine } from '../../ui/Verdict.tsx';

/** The other side asks to move the call: the question, then every step and what became of it. */
export function FollowCardView({ card }: { card: FollowCard }) {
  const callId = useConsole((state) => callOfSession(state.calls, card.lineId)?.id);
  const store = useConsoleStore();
  const { dismissFollow, ladderActions, setBottomTab } = store.getState();
  const newCallOver = useConsole(
    ({ lines }) => card.newLineId !== undefined && (lines[card.newLineId]?.state ?? 'ended') === 'ended',
  );
  const judged = followVerdict(card, newCallOver);
  const open = isOpen(card);
  const number = formatNumber(card.refer.who);
  const title = card.refer.refused ? 'Request to move this call' : `Move to ${card.target}`;
  return (
    <article aria-label={title} className={`flex flex-col rounded-md border ${TONES[judged.tone].frame}`}>
      <header className="flex h-9 shrink-0 items-center gap-2 border-b border-line px-3">
        <h3 className="min-w-0 flex-1 truncate" title={title}>
          <span className="font-semibold">{title}</span>
          {number !== '' && number !== card.target && <span className="text-muted max-narrow:hidden"> · {number}</span>}
        </h3>
        {open && <Elapsed since={card.startedAt} />}
        {!open && (
          <IconButton
            label="Close this request"
            icon={<X aria-hidden="true" size={16} />}
            className="-mr-1.5"
            onClick={() => dismissFollow(card.lineId)}
          />
        )}
      </header>
      <VerdictLine {...judged}>
        {callId !== undefined && (
          <button
            type="button"
            className="shrink-0 text-accent underline"
            onClick={() => {
              setBottomTab('ladder');
              ladderActions.show(callId, judged.proof);
            }}
          >
            Show the message
          </button>
        )}
      </VerdictLine>
      {card.phase === 'asked' && !card.auto && <Question lineId={card.lineId} />}
      {/* The request itself is told already: by the question. */}
      {card.steps.length > 1 && (
        <Steps
          rows={card.steps.map((step) => ({ ...followStepWords(step, card), sinceMs: step.at - card.startedAt }))}
          going={open}
        />
      )}
      {!card.refer.refused && <NewInvite refer={card.refer} />}
    </article>
  );
}

function Question({ lineId }: { lineId: string }) {
  const { followRefer, declineRefer } = useConsoleStore().getState();
  return (
    <div className="flex flex-wrap items-center gap-2 border-t border-line bg-raised px-3 py-2">
      <p className="min-w-0 flex-1 basis-48">The call goes on until you decide.</p>
      <span className="flex gap-2">
        <Button look="primary" shortcut="F" onClick={() => followRefer(lineId)}>
          Follow
        </Button>
        <Button shortcut="D" onClick={() => declineRefer(lineId)}>
          Decline
        </Button>
      </span>
    </div>
  );
}

/** What the target will be sent because of the REFER. */
function NewInvite({ refer: { uri, headers, leftOut } }: { refer: ReceivedRefer }) {
  return (
    <dl
      aria-label="The new call"
      className="grid grid-cols-[minmax(72px,auto)_minmax(0,1fr)] gap-x-3 gap-y-0.5 border-t border-line px-3 py-2 font-mono text-small"
    >
      <dt className="font-sans text-muted">Calls</dt>
      <dd className="wrap-anywhere">{uri}</dd>
      {headers.map(([name, value], index) => (
        <div key={index} className="contents">
          <dt className="font-semibold text-accent">{name}</dt>
          <dd className="wrap-anywhere">{value}</dd>
        </div>
      ))}
      {leftOut.length > 0 && (
        <>
          <dt className="font-sans text-muted">Not sent</dt>
          <dd className="wrap-anywhere">
            {leftOut.join(', ')}
            <span className="font-sans text-muted"> (only X- headers and User-to-User are taken over)</span>
          </dd>
        </>
      )}
    </dl>
  );
}

function Elapsed({ since }: { since: number }) {
  const read = useConsole((state) => state.now);
  const now = useNow(read, 250);
  return <time className="text-muted">{formatClock(now - since)}</time>;
}
