import { CircleCheck, CircleX, LoaderCircle, RefreshCw } from 'lucide-react';
import type { LinkState } from '../../../contract/client.ts';
import type { TrunkStatus } from '../../../contract/model.ts';
import type { Registration } from '../../phone/phone.ts';
import { useConsole } from '../../store/store.ts';
import { useNow } from '../../ui/use-now.ts';

type Look = 'ok' | 'busy' | 'retry' | 'bad';

const LOOKS = {
  ok: { Icon: CircleCheck, colour: 'text-ok' },
  busy: { Icon: LoaderCircle, colour: 'text-info' },
  retry: { Icon: RefreshCw, colour: 'text-warn' },
  bad: { Icon: CircleX, colour: 'text-bad' },
};

/** Whether calls can be made and taken, in two or three words. */
export function LineStatus() {
  const registration = useConsole((state) => state.registration);
  const link = useConsole((state) => state.link);
  const trunk = useConsole((state) => state.trunk);
  const read = useConsole((state) => state.now);
  const now = useNow(read, 500, registration.state === 'reconnecting');
  const { look, words } = lineStatus(registration, link, trunk, now);
  const { Icon, colour } = LOOKS[look];
  return (
    <span className={`flex min-w-0 items-center gap-1.5 font-semibold ${colour}`}>
      <Icon aria-hidden="true" size={16} className="shrink-0" />
      <span className="truncate">{words}</span>
    </span>
  );
}

/** The most basic thing that is missing comes first: no trunk, no connection, no registration. */
export function lineStatus(
  registration: Registration,
  link: LinkState,
  trunk: TrunkStatus | undefined,
  now: number,
): { look: Look; words: string } {
  if (link === 'refused') return { look: 'bad', words: 'Not allowed' };
  if (trunk?.state === 'failed') return { look: 'bad', words: 'Trunk failed' };
  if (trunk?.state === 'stopped') return { look: 'bad', words: 'Trunk stopped' };
  if (trunk?.state === 'stopping') return { look: 'busy', words: 'Trunk stopping' };
  if (trunk?.state === 'starting') return { look: 'busy', words: 'Trunk starting' };
  switch (registration.state) {
    case 'off':
    case 'connecting':
      return { look: 'busy', words: 'Connecting' };
    case 'registering':
      return { look: 'busy', words: 'Registering' };
    case 'registered':
      return link === 'connected'
        ? { look: 'ok', words: 'Line ready' }
        : { look: 'retry', words: 'Line ready, no live view' };
    case 'reconnecting': {
      const seconds = Math.max(0, Math.ceil((registration.nextAt - now) / 1000));
      return { look: 'retry', words: `Line lost, try ${registration.attempt} in ${seconds} s` };
    }
    case 'elsewhere':
      return { look: 'bad', words: 'In another window' };
    case 'refused':
      return { look: 'bad', words: `Line refused (${registration.status} ${registration.reason})` };
    default:
      return registration satisfies never;
  }
}
