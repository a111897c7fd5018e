/** Spoiled TwiML documents: a document or a reason with a code, in little time, and no URI that could break a header field. */
import { isSipUri, parseUri } from '../../../src/core/message/uri.ts';
import { parseTwiml } from '../../../src/core/twiml/parse.ts';
import { mutate } from '../mutate.ts';
import { expectThat, simply, timed, type Part } from '../part.ts';

const seeds = [
  `<?xml version="1.0" encoding="UTF-8"?>
<Response><Say voice="alice" loop="2">One &amp; two<break/></Say><Gather numDigits="4" finishOnKey="#"><Play>/a.wav</Play></Gather>
<Refer action="/after" method="GET"><Sip>sip:alice@example.com;transport=tcp?X-A=1&amp;X-B=%3Bc</Sip></Refer></Response>`,
  `<Response><!-- c --><Dial timeout="10" callerId="+14155550100" referUrl="/r"><Number url="/w">+14155551234</Number>
<Sip username="u">sip:b@example.com</Sip></Dial><Redirect><![CDATA[/next?a=1&b=2]]></Redirect><Reject reason="busy"/>&#x41;</Response>`,
].map((text) => Buffer.from(text));

export const twiml: Part = {
  name: 'twiml',
  inSuite: 2000,
  open: simply(
    (dice) => ({ plan: 0, pieces: [{ at: 0, bytes: mutate(dice.pick(seeds), dice, dice.pick(seeds)) }] }),
    ({ pieces }) => {
      for (const { bytes } of pieces) {
        const result = timed(() => parseTwiml(bytes));
        if (!result.ok) {
          expectThat(result.error.fatal && result.error.code >= 11_000, 'an error without a code');
          continue;
        }
        for (const verb of result.value.verbs) {
          if (verb.name !== 'Refer') continue;
          const uri = parseUri(verb.sip);
          expectThat(
            uri.ok && isSipUri(uri.value) && !/[\r\n]/.test(verb.sip),
            `a REFER to ${JSON.stringify(verb.sip)}`,
          );
        }
      }
    },
  ),
};
