/** Plays the recording of a leg: who was there first on the left, the other on the right. */
import { Download, LoaderCircle, Pause, Play } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { IconButton } from '../../ui/Button.tsx';
import { formatClock } from '../../ui/format.ts';
import { useRecording } from './recording.ts';

const STEP_SECONDS = 5;

interface PlayerProps {
  readonly recordId: string;
  readonly durationMs: number;
  /** Begins as soon as it is there. */
  readonly autoPlay: boolean;
}

export function RecordingPlayer({ recordId, durationMs, autoPlay }: PlayerProps) {
  const fetched = useRecording(recordId);
  const audio = useRef<HTMLAudioElement>(null);
  const [playing, setPlaying] = useState(false);
  const [at, setAt] = useState(0);
  const url = fetched.state === 'ready' ? fetched.url : undefined;
  useEffect(() => {
    // A browser may refuse to begin by itself: the button is still there.
    if (url !== undefined && autoPlay) audio.current?.play().catch(() => {});
  }, [url, autoPlay]);

  if (fetched.state === 'failed') {
    return (
      <p role="alert" className="text-bad">
        The recording could not be loaded. {fetched.problem}
      </p>
    );
  }
  const ready = url !== undefined;
  const seconds = durationMs / 1000;
  const toggle = (): void => {
    const { current } = audio;
    if (current?.paused) void current.play().catch(() => {});
    else current?.pause();
  };
  const jump = (to: number): void => {
    if (audio.current) audio.current.currentTime = to;
    setAt(to);
  };
  return (
    <div role="group" aria-label="Recording" className="flex min-w-0 flex-1 items-center gap-2">
      <audio
        ref={audio}
        src={url}
        onPlay={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
        onTimeUpdate={({ currentTarget }) => setAt(currentTarget.currentTime)}
      >
        <track kind="captions" />
      </audio>
      <IconButton
        label={playing ? 'Pause' : 'Play'}
        disabled={!ready}
        icon={
          ready ? (
            playing ? (
              <Pause aria-hidden="true" size={16} />
            ) : (
              <Play aria-hidden="true" size={16} />
            )
          ) : (
            <LoaderCircle aria-hidden="true" size={16} />
          )
        }
        onClick={toggle}
      />
      <input
        type="range"
        aria-label="Position"
        aria-valuetext={`${formatClock(at * 1000)} of ${formatClock(durationMs)}`}
        className="min-w-0 flex-1 accent-(--color-accent)"
        min={0}
        max={seconds}
        step={STEP_SECONDS / 50}
        value={Math.min(at, seconds)}
        disabled={!ready}
        onChange={({ currentTarget }) => jump(Number(currentTarget.value))}
        onKeyDown={(event) => {
          const step = { ArrowRight: STEP_SECONDS, ArrowLeft: -STEP_SECONDS }[event.key];
          if (step === undefined) return;
          event.preventDefault();
          jump(Math.max(0, Math.min(seconds, at + step)));
        }}
      />
      <span className="shrink-0 text-small text-muted">
        {fetched.state === 'loading'
          ? `Loading ${Math.round(fetched.part * 100)} %`
          : `${formatClock(at * 1000)} / ${formatClock(durationMs)}`}
      </span>
      {ready && (
        <a
          href={url}
          download={`${recordId}.wav`}
          aria-label="Save the recording"
          title="Save the recording"
          className="inline-flex size-7 shrink-0 items-center justify-center rounded-md text-muted hover:bg-raised hover:text-text"
        >
          <Download aria-hidden="true" size={16} />
        </a>
      )}
    </div>
  );
}
