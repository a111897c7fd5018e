/** What a leg in a mix of nine costs: jitter buffer, decoder, sum and encoder, without sockets. */
import type { CodecName } from '../src/core/codec/codec.ts';
import { FrameClock } from '../src/core/media/frame-clock.ts';
import { Mixer } from '../src/core/media/mixer.ts';
import { CodecTalker } from '../test/support/codec-talker.ts';
import { VirtualClock } from '../test/support/virtual-clock.ts';
import { heading, line, median, round } from './lib/report.ts';

const LEGS = 9;
const SECONDS = 20;
const ROUNDS = 3;

heading(`mix: nine who all talk, ${SECONDS} s of sound, CPU of each leg as a share of one core`);
/** Opus opens its streams between two turns of the event loop, which a loop without pauses never gives it: not measured here. */
const measured: readonly CodecName[] = ['PCMU', 'PCMA', 'G722'];

for (const name of measured) line(`${name}: ${round(median(Array.from({ length: ROUNDS }, () => share(name))))} %`);

function share(codec: CodecName): number {
  const clock = new VirtualClock();
  const owner = {
    failed(error: unknown): never {
      throw error;
    },
  };
  const mixer = new Mixer({ clock, frames: new FrameClock(clock), owner });
  const parties = Array.from({ length: LEGS }, (_, at) => {
    const talker = new CodecTalker(codec, 400 + 100 * at, 3000);
    // Made before the measurement: the others' encoders are no cost of ours.
    return { speaker: mixer.speaker(), said: Array.from({ length: SECONDS * 50 }, () => talker.frame()) };
  });
  const mixes = parties.map((party) => {
    const others = parties.filter((other) => other !== party).map(({ speaker }) => speaker);
    return mixer.listen({ codec, write: () => {} }, others);
  });
  const start = process.cpuUsage();
  for (let frame = 0; frame < SECONDS * 50; frame += 1) {
    for (const { speaker, said } of parties) speaker.input.write(said[frame]!);
    clock.advance(20);
  }
  const { user, system } = process.cpuUsage(start);
  for (const mix of mixes) mix.stop();
  return ((user + system) / 1e6 / SECONDS / LEGS) * 100;
}
