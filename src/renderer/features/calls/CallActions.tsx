import { Grid3x3, Mic, MicOff, Pause, Phone, PhoneForwarded, PhoneOff, Play } from 'lucide-react';
import type { MouseEvent } from 'react';
import { isOpen } from '../../store/follow-card.ts';
import { lineToAnswer, type Line } from '../../store/line-model.ts';
import { useConsole, useConsoleStore } from '../../store/store.ts';
import { lineTitle, shortTitle } from '../../store/words.ts';
import { mayRefer } from '../../store/transfer-card.ts';
import { Button } from '../../ui/Button.tsx';
import { openKeypad } from '../keys/bindings.ts';

const ICON = { 'aria-hidden': true, size: 16 } as const;

/** A double click is one press: after the first one, the button may stand for somebody else. */
const once = (act: () => void) => (event: MouseEvent) => {
  if (event.detail <= 1) act();
};

/** The same buttons in the same places in every state: what cannot be done now is dimmed, not gone. */
export function CallActions({ line }: { line: Line | undefined }) {
  const store = useConsoleStore();
  const directory = useConsole((state) => state.directory);
  const caller = useConsole(lineToAnswer);
  const transferable = useConsole(
    (state) => line?.state === 'live' && mayRefer(state.cards[line.id]) && !isOpen(state.follows[line.id]),
  );
  const transferring = useConsole((state) => line !== undefined && state.draft?.lineId === line.id);
  const { answer, askHangUp, toggleHold, toggleMute, openTransfer, attempt } = store.getState();
  const id = line?.id ?? '';
  const up = line !== undefined && line.state !== 'ended';
  const live = line?.state === 'live';
  const declines = line?.state === 'ringing';
  return (
    <div role="toolbar" aria-label="Call" className="@container shrink-0 border-y border-line bg-bg/60 px-3 py-2">
      <div className="grid grid-cols-[minmax(0,1.3fr)_repeat(2,minmax(0,1fr))] gap-1.5 @min-[44rem]:grid-cols-[minmax(0,1.4fr)_repeat(5,minmax(0,1fr))] @max-[56rem]:[&_svg]:hidden max-narrow:[&_svg]:hidden @max-[21rem]:[&_kbd]:hidden">
        <Button
          look={caller ? 'good' : 'plain'}
          // Who is answered matters more than the key.
          className="max-narrow:[&_kbd]:hidden"
          shortcut="F3"
          disabled={!caller}
          // While another call is selected, it matters whose call the button takes.
          aria-label={caller && `Answer ${lineTitle(caller, directory)}`}
          title={caller && `Answer ${lineTitle(caller, directory)}`}
          icon={caller ? undefined : <Phone {...ICON} />}
          onClick={once(() => void attempt(answer()))}
        >
          {/* Isolated: a name that is written from right to left turns nothing else round. */}
          Answer {caller && <bdi>{shortTitle(caller, directory)}</bdi>}
        </Button>
        <Button
          look={up ? 'danger' : 'plain'}
          shortcut="F4"
          disabled={!up}
          icon={<PhoneOff {...ICON} />}
          onClick={once(() => void attempt(askHangUp(id)))}
        >
          {declines ? 'Decline' : 'Hang up'}
        </Button>
        <Button
          shortcut="F6"
          disabled={!live}
          pressed={live && line.held}
          icon={live && line.held ? <Play {...ICON} /> : <Pause {...ICON} />}
          onClick={once(() => void attempt(toggleHold(id)))}
        >
          {live && line.held ? 'Resume' : 'Hold'}
        </Button>
        <Button
          shortcut="F7"
          disabled={!up}
          pressed={up && line.muted}
          icon={up && line.muted ? <MicOff {...ICON} /> : <Mic {...ICON} />}
          onClick={once(() => toggleMute(id))}
        >
          {up && line.muted ? 'Unmute' : 'Mute'}
        </Button>
        <Button
          shortcut="F8"
          disabled={!transferable}
          pressed={transferring}
          icon={<PhoneForwarded {...ICON} />}
          onClick={() => openTransfer(id)}
        >
          Transfer
        </Button>
        <Button shortcut="F9" icon={<Grid3x3 {...ICON} />} onClick={() => openKeypad(store.getState())}>
          Keypad
        </Button>
      </div>
    </div>
  );
}
