import { PhoneIncoming } from 'lucide-react';
import { useMemo } from 'react';
import { lineToAnswer } from '../../store/line-model.ts';
import { useConsole } from '../../store/store.ts';
import { orphansOf } from '../../store/take-back.ts';
import { lineTitle } from '../../store/words.ts';
import { Button } from '../../ui/Button.tsx';
import { formatClock } from '../../ui/format.ts';
import { useNow } from '../../ui/use-now.ts';

/** Who is still there after this window was gone for a moment (W6). */
export function TakeBack() {
  const calls = useConsole((state) => state.calls);
  const orphans = useMemo(() => orphansOf({ calls }), [calls]);
  const directory = useConsole((state) => state.directory);
  const ready = useConsole((state) => state.registration.state === 'registered');
  const ringing = useConsole((state) => lineToAnswer(state) !== undefined);
  const taking = useConsole((state) => state.takingBack);
  const read = useConsole((state) => state.now);
  const now = useNow(read, 500, orphans.length > 0);
  const takeBack = useConsole((state) => state.takeBack);
  const send = useConsole((state) => state.send);
  const attempt = useConsole((state) => state.attempt);
  return orphans.map((orphan, index) => {
    const name = lineTitle(orphan, directory);
    const left = Math.max(0, Math.ceil((orphan.until - now) / 1000));
    const busy = taking.includes(orphan.legId);
    return (
      <section
        key={orphan.legId}
        aria-label={`Take back ${name}`}
        className="flex flex-wrap items-center gap-x-3 gap-y-2 rounded-md border border-warn bg-warn/10 px-3 py-2"
      >
        <PhoneIncoming aria-hidden="true" size={18} className="shrink-0 text-warn" />
        <div role="alert" className="min-w-0 flex-1 basis-48 break-words">
          <p className="font-semibold">
            <bdi>{name}</bdi> is still here, {formatClock(now - orphan.answeredAt)}
          </p>
          <p>
            This window was away.{' '}
            {orphan.pending ? `A transfer to ${lineTitle(orphan.pending, directory)} goes on.` : 'They hear music.'} The
            call ends in {left} s.
          </p>
        </div>
        <div className="flex flex-wrap gap-2">
          <Button
            look="good"
            shortcut={index === 0 && !ringing ? 'F3' : undefined}
            disabled={!ready || busy}
            onClick={() => void attempt(takeBack(orphan.legId))}
          >
            {busy ? 'Taking back…' : 'Take back'}
          </Button>
          <Button onClick={() => void attempt(send('call.hangup', { callId: orphan.callId }))}>End the call</Button>
        </div>
      </section>
    );
  });
}
