/** Spoiled offers of browsers, given to the WebRTC stack: an answer or a typed refusal, and the leg can be closed. */
import { silent } from '../../../src/core/log/logger.ts';
import { WebRtcSession } from '../../../src/core/gateway/webrtc-session.ts';
import { BadSdp, NoCommonCodec } from '../../../src/core/sdp/failure.ts';
import { RealClock } from '../../../src/core/time/real-clock.ts';
import { mutate } from '../mutate.ts';
import { simply, type Part } from '../part.ts';
import { browserSdp } from '../seeds.ts';

const seed = Buffer.from(browserSdp);
const clock = new RealClock();

export const browserOffer: Part = {
  name: 'browser-offer',
  inSuite: 200,
  open: simply(
    (dice) => ({ plan: 0, pieces: [{ at: 0, bytes: mutate(seed, dice) }] }),
    async ({ pieces }) => {
      for (const { bytes } of pieces) {
        const session = new WebRtcSession({ clock, log: silent });
        try {
          await session.answerOffer(Buffer.from(bytes).toString('utf8'));
        } catch (error) {
          if (!(error instanceof BadSdp || error instanceof NoCommonCodec)) throw error;
        } finally {
          await session.close();
        }
      }
    },
  ),
};
