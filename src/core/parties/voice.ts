/** What a party says: its lines in turn, with pauses, for as long as the call lasts. */
import { play } from '../media/player.ts';
import { silenceOf, type Sound } from '../media/sound.ts';
import type { FrameSink } from '../rtp/frame.ts';
import type { Clock } from '../time/clock.ts';

export interface Voice {
  stop(): void;
}

/** Milliseconds of silence between two lines: long enough to get a word in. */
const PAUSE_MS = 2500;

/**
 * Says each line once, then the last one again and again. The pauses are sent too, as a telephone does that suppresses no
 * silence: a phone that sends nothing looks dead.
 */
export function speak(lines: readonly Sound[], sink: FrameSink, clock: Clock, onFirstLine?: () => void): Voice {
  const pause = silenceOf(PAUSE_MS);
  let player: { stop(): void } | undefined;
  const say = (index: number): void => {
    const line = lines[Math.min(index, lines.length - 1)];
    // A line without a single frame is a telephone that is broken: it does not even send silence.
    if (!line || line.length === 0) return;
    player = play(line, sink, {
      clock,
      onDone: () => {
        player = play(pause, sink, { clock, onDone: () => say(index + 1) });
        if (index === 0) onFirstLine?.();
      },
    });
  };
  say(0);
  return { stop: () => player?.stop() };
}
