/** What a party says: its lines in turn, with pauses, for as long as the call lasts. */
import { play } from '../media/player.ts';
import type { Sound } from '../media/sound.ts';
import type { FrameSink } from '../rtp/frame.ts';
import type { Clock, Timer } from '../time/clock.ts';

export interface Voice {
  stop(): void;
}

/** Milliseconds of silence between two lines: long enough to get a word in. */
const PAUSE_MS = 2500;

/** Says each line once, then the last one again and again. */
export function speak(lines: readonly Sound[], sink: FrameSink, clock: Clock, onFirstLine?: () => void): Voice {
  let player: { stop(): void } | undefined;
  let pause: Timer | undefined;
  const say = (index: number): void => {
    const line = lines[Math.min(index, lines.length - 1)];
    if (!line) return;
    player = play(line, sink, {
      clock,
      onDone: () => {
        if (index === 0) onFirstLine?.();
        pause = clock.after(PAUSE_MS, () => say(index + 1));
      },
    });
  };
  say(0);
  return {
    stop() {
      player?.stop();
      pause?.cancel();
    },
  };
}
