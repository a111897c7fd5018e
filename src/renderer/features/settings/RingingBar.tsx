import { Phone, PhoneOff } from 'lucide-react';
import { lineToAnswer } from '../../store/line-model.ts';
import { useConsole } from '../../store/store.ts';
import { lineTitle } from '../../store/words.ts';
import { Button } from '../../ui/Button.tsx';
import { PhoneNumber } from '../../ui/PhoneNumber.tsx';

/** Who rings, over the settings that hide the lines. What was typed there stays. */
export function RingingBar() {
  const line = useConsole(lineToAnswer);
  const waiting = useConsole(
    (state) => Object.values(state.lines).filter(({ state: now }) => now === 'ringing').length,
  );
  const selected = useConsole((state) => state.selectedLineId);
  const directory = useConsole((state) => state.directory);
  const answer = useConsole((state) => state.answer);
  const decline = useConsole((state) => state.decline);
  const attempt = useConsole((state) => state.attempt);
  if (!line) return null;
  const name = lineTitle(line, directory);
  return (
    <section
      aria-label="Incoming call"
      className="flex min-h-12 shrink-0 flex-wrap items-center gap-x-3 gap-y-1 rounded-t-md border-b border-ok bg-ok/15 px-4 py-2"
    >
      <p role="alert" className="min-w-0 flex-1 basis-48 break-words">
        <strong className="font-semibold">
          <bdi>{name}</bdi> rings
        </strong>{' '}
        <PhoneNumber number={line.number} className="text-muted" />
        {waiting > 1 && <span className="text-muted"> and {waiting - 1} more</span>}
      </p>
      <Button
        look="good"
        icon={<Phone size={15} />}
        shortcut="F3"
        aria-label={`Answer ${name}`}
        onClick={() => void attempt(answer(line.id))}
      >
        Answer
      </Button>
      <Button
        look="danger"
        icon={<PhoneOff size={15} />}
        shortcut={selected === line.id ? 'F4' : undefined}
        aria-label={`Decline ${name}`}
        onClick={() => void attempt(decline(line.id))}
      >
        Decline
      </Button>
    </section>
  );
}
