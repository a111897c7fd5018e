import { useConsole } from '../../store/store.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { formatNumber } from '../../ui/number.ts';

/** Before NOTIFY 200 a hang-up drops the caller: ask. */
export function HangUpQuestion() {
  const card = useConsole((state) =>
    state.confirmHangUp === undefined ? undefined : state.cards[state.confirmHangUp],
  );
  const answer = useConsole((state) => state.answerHangUp);
  const attempt = useConsole((state) => state.attempt);
  const target = card && (card.targetName || formatNumber(card.target));
  return (
    <Dialog
      open={card !== undefined}
      title={`Drop ${card?.caller ?? 'the caller'}?`}
      description={`${target ?? 'The target'} has not answered yet. If you hang up now, the transfer is given up and the caller is disconnected.`}
      onClose={() => void attempt(answer(false))}
    >
      <div className="flex flex-wrap justify-end gap-2">
        <Button look="primary" shortcut="Esc" autoFocus onClick={() => void attempt(answer(false))}>
          Stay on the line
        </Button>
        <Button look="danger" onClick={() => void attempt(answer(true))}>
          Hang up and drop
        </Button>
      </div>
    </Dialog>
  );
}
