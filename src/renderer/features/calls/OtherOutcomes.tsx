import { X } from 'lucide-react';
import { useShallow } from 'zustand/react/shallow';
import { callOfSession } from '../../store/calls.ts';
import { useConsole } from '../../store/store.ts';
import type { TransferCard } from '../../store/transfer-card.ts';
import { verdict } from '../../store/verdict.ts';
import { IconButton } from '../../ui/Button.tsx';
import { TONES, VerdictLine } from '../../ui/Verdict.tsx';

/** How the transfers of lines ended that are gone, while another call has the view. The list of recent calls keeps them. */
export function OtherOutcomes({ shown }: { shown: string | undefined }) {
  const cards = useConsole(
    useShallow(({ lines, cards: all }) =>
      Object.values(all).filter(({ lineId }) => lineId !== shown && lines[lineId]?.state === 'ended'),
    ),
  );
  return cards.map((card) => <Outcome key={card.id} card={card} />);
}

function Outcome({ card }: { card: TransferCard }) {
  const call = useConsole((state) => callOfSession(state.calls, card.lineId));
  const dismiss = useConsole((state) => state.dismissCard);
  const { tone, headline, detail } = verdict(card, call);
  return (
    <article aria-label={`${card.caller}: ${headline}`} className={`rounded-md border ${TONES[tone].frame}`}>
      <VerdictLine tone={tone} headline={headline} detail={detail}>
        <IconButton
          label="Close this transfer"
          icon={<X aria-hidden="true" size={16} />}
          className="-my-1 -mr-1.5"
          onClick={() => dismiss(card.lineId)}
        />
      </VerdictLine>
    </article>
  );
}
