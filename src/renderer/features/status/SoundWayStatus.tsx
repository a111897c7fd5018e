import { Cable } from 'lucide-react';
import type { SoundWayState } from '../../phone/sound-way.ts';
import { useConsole } from '../../store/store.ts';

const WHY: Readonly<Record<NonNullable<SoundWayState['why']>, string>> = {
  chosen: 'You have chosen it.',
  'no-candidates': 'This browser finds no network address for WebRTC.',
  failed: 'WebRTC did not reach the trunk.',
};

/** Said only when sound does not go the usual way (M19). */
export function SoundWayStatus() {
  const { way, why } = useConsole((state) => state.soundWay);
  if (way === 'webrtc') return null;
  return (
    <span
      className="flex items-center gap-1 text-muted"
      title={`The sound of calls goes over the console’s WebSocket. ${why ? WHY[why] : ''}`}
    >
      <Cable aria-hidden="true" size={14} />
      <span className="max-narrow:sr-only">Sound over WebSocket</span>
    </span>
  );
}
