/** What keeps the console from working, with what can be done about it. */
import type { ReactNode } from 'react';
import { deviceUse } from '../../phone/devices.ts';
import { lineToAnswer, type Line } from '../../store/line-model.ts';
import { soundTrouble } from '../../store/sound.ts';
import { useConsole } from '../../store/store.ts';
import { Button } from '../../ui/Button.tsx';
import { ErrorNote } from '../../ui/Notes.tsx';

/** Trunk and connection: without them there are no calls at all. */
export function TrunkWarning() {
  const trunk = useConsole((state) => state.trunk);
  const link = useConsole((state) => state.link);
  const registration = useConsole((state) => state.registration);
  const phone = useConsole((state) => state.phone);
  const attempt = useConsole((state) => state.attempt);
  if (link === 'refused') {
    return (
      <ErrorNote title="The trunk does not know this window">
        Start Patchcord and use the window that it opens, or open the address that it prints. The address carries a
        token; this one is of another trunk, or was replaced after 30 days.
      </ErrorNote>
    );
  }
  if (trunk?.state === 'failed') {
    return (
      <ErrorNote title="The trunk could not start">
        {trunk.problem ?? 'It gave no reason; its log may say more.'}
      </ErrorNote>
    );
  }
  if (trunk?.state === 'stopped') {
    return <ErrorNote title="The trunk is stopped">No calls can be made or taken until it is started again.</ErrorNote>;
  }
  if (registration.state === 'elsewhere') {
    return (
      <ErrorNote
        tone="warn"
        title={registration.lost ? 'Another window has taken the phone' : 'The phone is in another window'}
        action={<Button onClick={() => void attempt(phone.take())}>Use the phone here</Button>}
      >
        Calls ring there. Those that are up stay where they are.
      </ErrorNote>
    );
  }
  if (registration.state === 'refused') {
    return (
      <ErrorNote title={`The trunk refused this line (${registration.status} ${registration.reason})`}>
        It cannot ring here, and calls from here may be refused too.
        {registration.nextAt !== undefined && ' The console keeps trying.'}
      </ErrorNote>
    );
  }
  if (registration.state === 'reconnecting') {
    return (
      <ErrorNote
        tone="warn"
        announced
        title="The connection to the trunk is lost"
        action={<Button onClick={() => phone.reconnectNow()}>Try now</Button>}
      >
        Whoever you talked with hears music, and waits for half a minute. The console keeps trying.
      </ErrorNote>
    );
  }
  return null;
}

/** A call without sound (W28), and a page that may not play any before it is touched. */
export function SoundWarning({ line }: { line: Line | undefined }) {
  const blocked = useConsole((state) => state.audioBlocked);
  const ringing = useConsole((state) => lineToAnswer(state) !== undefined);
  const trouble = line && soundTrouble(line);
  return (
    <>
      {trouble && (
        <ErrorNote title={`No sound: ${trouble.short}`}>
          {trouble.why} {withWholeSwitches(trouble.fix)}
        </ErrorNote>
      )}
      {blocked && (
        <ErrorNote
          tone="warn"
          title={ringing ? 'Click anywhere to hear it ring' : 'Click anywhere, so that calls can ring'}
        >
          The browser plays no sound before somebody has clicked or typed in this window.
        </ErrorNote>
      )}
    </>
  );
}

/** A switch of a command line goes to the next line as a whole: broken after its hyphens it is another one. */
function withWholeSwitches(sentence: string): ReactNode {
  return sentence.split(/(\(?--[\w-]+\)?)/).map((part, index) =>
    index % 2 === 0 ? (
      part
    ) : (
      <span key={part} className="inline-block">
        {part}
      </span>
    ),
  );
}

/** What was chosen and is not plugged in, while there is a call that it matters to (M14). */
export function DeviceWarning({ line }: { line: Line | undefined }) {
  const sound = useConsole((state) => state.soundSettings);
  const list = useConsole((state) => state.devices);
  const show = useConsole((state) => state.showSound);
  const up = line !== undefined && line.state !== 'ended';
  const away = (['microphone', 'speaker'] as const).flatMap((role) => deviceUse(role, sound.devices, list).away ?? []);
  const names = [...new Set(away.map(({ label }) => label || 'The chosen device'))];
  if (!up || names.length === 0) return null;
  return (
    <ErrorNote
      tone="warn"
      title={`${names.join(' and ')} is not plugged in`}
      action={<Button onClick={() => show(true)}>Choose another</Button>}
    >
      The system’s default is used in its place until it is back.
    </ErrorNote>
  );
}

/** Without a microphone calls work, but only one way. */
export function MicrophoneWarning() {
  const microphone = useConsole((state) => state.microphone);
  const phone = useConsole((state) => state.phone);
  const attempt = useConsole((state) => state.attempt);
  const again = <Button onClick={() => void attempt(phone.retryMicrophone())}>Try again</Button>;
  const note = (title: string, words: ReactNode) => (
    <ErrorNote
      tone="warn"
      title={title}
      action={again}
      announced={microphone.state === 'missing' || microphone.state === 'denied'}
    >
      {words}
    </ErrorNote>
  );
  switch (microphone.state) {
    case 'missing':
      return note('No microphone was found', 'Plug one in: you can hear callers, but they cannot hear you.');
    case 'denied':
      return note(
        'The microphone is not allowed',
        'Allow it for this window in the settings of the browser or the system: callers cannot hear you.',
      );
    case 'failed':
      return note('The microphone could not be opened', microphone.detail);
    case 'ready':
      return microphone.silent
        ? note('The microphone is silent', 'Nothing comes from it: is it switched off, or the wrong one?')
        : null;
    case 'asking':
      return null;
    default:
      return microphone satisfies never;
  }
}
