import { answerMedia, readAnswer, type LocalAudio } from '../../../src/core/sdp/negotiate.ts';
import { Origin } from '../../../src/core/sdp/origin.ts';
import { parseDescription } from '../../../src/core/sdp/description.ts';
import { isWebRtcOffer, reduceBrowserSdp } from '../../../src/core/sdp/webrtc.ts';
import { mutate } from '../mutate.ts';
import { expectThat, simply, timed, type Part } from '../part.ts';
import { browserSdp, sdp } from '../seeds.ts';

const local: LocalAudio = { host: '127.0.0.1', port: 4000, direction: 'sendrecv' };
const seeds = [Buffer.from(sdp), Buffer.from(browserSdp)];

/** Session descriptions: reading, answering, and reducing what browsers offer. */
export const descriptions: Part = {
  name: 'sdp',
  inSuite: 8000,
  open: simply(
    (dice) => ({ plan: 0, pieces: [{ at: 0, bytes: mutate(dice.pick(seeds), dice, dice.pick(seeds)) }] }),
    ({ pieces }) => {
      for (const { bytes } of pieces) check(Buffer.from(bytes).toString('utf8'));
    },
  ),
};

function check(text: string): void {
  timed(() => isWebRtcOffer(text) && reduceBrowserSdp(text));
  timed(() => readAnswer(text, local));
  const answer = timed(() => answerMedia(text, local));
  if (!answer.ok) return;
  const { agreement, lines } = answer.value;
  expectThat(agreement.payloadType >= 0 && agreement.payloadType < 128, `payload type ${agreement.payloadType}`);
  expectThat(agreement.remote.port > 0 && agreement.remote.port < 65_536, `port ${agreement.remote.port}`);
  const ours = new Origin(local.host, 1).describe(lines);
  expectThat(
    ours.split('\r\n').every((line) => /^$|^[a-z]=/.test(line)),
    `a line that is none: ${ours}`,
  );
  const again = parseDescription(ours);
  expectThat(again.ok, `our answer cannot be read: ${ours}`);
  const offered = parseDescription(text);
  expectThat(
    offered.ok && again.value.media.length === offered.value.media.length,
    'an m= line more or less than offered',
  );
}
