import { PhoneIncoming } from 'lucide-react';
import { followOf } from '../../store/follow.ts';
import { selectedLine } from '../../store/line-model.ts';
import { useConsole } from '../../store/store.ts';
import { lineTitle } from '../../store/words.ts';
import { EmptyState, ErrorNote } from '../../ui/Notes.tsx';
import { ApplicationNote } from '../requests/ApplicationNote.tsx';
import { FollowCardView } from '../follow/FollowCardView.tsx';
import { NotificationOffer } from '../status/NotificationOffer.tsx';
import { DeviceWarning, MicrophoneWarning, SoundWarning, TrunkWarning } from '../status/Warnings.tsx';
import { RecordsWarning } from '../records/RecordsWarning.tsx';
import { StorageWarning } from '../settings/StorageWarning.tsx';
import { TransferArea } from '../transfer/TransferArea.tsx';
import { CallActions } from './CallActions.tsx';
import { CallEnd } from './CallEnd.tsx';
import { CallHeader } from './CallHeader.tsx';
import { HearsMap } from './HearsMap.tsx';
import { OtherOutcomes } from './OtherOutcomes.tsx';
import { TakeBack } from './TakeBack.tsx';

/** The call that the operator looks at. */
export function CallPane() {
  const line = useConsole(selectedLine);
  const directory = useConsole((state) => state.directory);
  const follow = useConsole((state) => followOf(state.follows, line?.id));
  return (
    <section aria-label="Call" className="flex h-full min-h-0 min-w-0 flex-col bg-panel">
      <CallHeader line={line} />
      <CallActions line={line} />
      <div className="flex min-h-0 flex-1 flex-col gap-3 overflow-auto p-3 *:w-full *:shrink-0 compact:flex-none">
        <TakeBack />
        <TrunkWarning />
        <SoundWarning line={line} />
        <MicrophoneWarning />
        <DeviceWarning line={line} />
        <StorageWarning />
        <RecordsWarning />
        {line?.problem ? <ErrorNote title={line.problem} tone="warn" announced /> : null}
        {line?.end && <CallEnd line={line} title={lineTitle(line, directory)} />}
        {line && <ApplicationNote lineId={line.id} />}
        {follow && <FollowCardView card={follow} />}
        <OtherOutcomes shown={line?.id} />
        {line ? <TransferArea line={line} /> : <NoCall />}
      </div>
      {line && <HearsMap line={line} />}
    </section>
  );
}

function NoCall() {
  const state = useConsole(({ registration }) => registration.state);
  const starting = useConsole(
    ({ trunk, link }) => link !== 'refused' && (trunk === undefined || trunk.state === 'starting'),
  );
  const coming = starting || state === 'connecting' || state === 'registering';
  const failed = useConsole(({ trunk }) => trunk?.state === 'failed' || trunk?.state === 'stopped');
  if (coming && !failed) {
    return (
      <EmptyState title={starting ? 'The trunk is starting' : 'The phone is connecting'}>
        Calls can be made and taken in a moment.
      </EmptyState>
    );
  }
  if (state !== 'registered') return null;
  return (
    <EmptyState title="Ready for calls" icon={<PhoneIncoming aria-hidden="true" size={24} />}>
      Calls to your number ring here. To try one, choose a caller under <em>Practice</em>. To call somebody, type a
      number.
      <NotificationOffer />
    </EmptyState>
  );
}
