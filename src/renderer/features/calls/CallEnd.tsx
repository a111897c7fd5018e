import { PhoneOff } from 'lucide-react';
import type { Line } from '../../store/line-model.ts';
import { useConsole } from '../../store/store.ts';
import { clipName } from '../../store/names.ts';
import { endWords } from '../../store/words.ts';
import { Button } from '../../ui/Button.tsx';

/** How the call ended. The card of a transfer, or of a REFER that came to it, says it better, so then this says nothing. */
export function CallEnd({ line, title }: { line: Line; title: string }) {
  const hasCard = useConsole((state) => state.cards[line.id] !== undefined || state.follows[line.id] !== undefined);
  const forget = useConsole((state) => state.forgetLine);
  const dial = useConsole((state) => state.dial);
  const ready = useConsole((state) => state.registration.state === 'registered');
  const attempt = useConsole((state) => state.attempt);
  if (hasCard) return null;
  return (
    <div className="flex flex-col items-center gap-3 py-6 text-center">
      <PhoneOff aria-hidden="true" size={24} className="text-muted" />
      <p className="text-strong font-semibold wrap-anywhere">{endWords(line, clipName(title))}</p>
      <div className="flex max-w-full flex-wrap justify-center gap-2">
        <Button disabled={!ready} onClick={() => void attempt(dial(line.number))}>
          Call {title}
        </Button>
        <Button shortcut="Esc" onClick={() => forget(line.id)}>
          Close
        </Button>
      </div>
    </div>
  );
}
