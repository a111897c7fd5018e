import { describe, expect, it } from 'vitest';
import { clip } from '../../src/core/media/sound.ts';
import { speak } from '../../src/core/parties/voice.ts';
import { Hearing } from '../../src/core/media/hearing.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

describe('what a simulated party says', () => {
  it('sends a frame every 20 ms, in the pauses between its lines as well', () => {
    const clock = new VirtualClock();
    const times: number[] = [];
    const silent: boolean[] = [];
    let firstLineAt: number | undefined;
    const hearing = new Hearing(8000);
    const voice = speak(
      [clip('caller-hello'), clip('caller-chat')],
      {
        write(frame) {
          if (frame.kind !== 'audio') return;
          times.push(clock.now());
          silent.push(hearing.hear(frame).every((sample) => sample === 0));
        },
      },
      clock,
      () => {
        firstLineAt = clock.now();
      },
    );
    clock.advance(60_000);
    voice.stop();
    clock.advance(1000);
    expect(times).toEqual(Array.from({ length: 3001 }, (_, index) => index * 20));
    expect(firstLineAt).toBe(clip('caller-hello').length! * 20);
    const pause = silent.slice(firstLineAt! / 20, firstLineAt! / 20 + 125);
    expect(pause).toEqual(Array(125).fill(true));
    expect(silent[firstLineAt! / 20 + 130]).toBe(false);
  });
});
