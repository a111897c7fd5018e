/** What the trunk asked an application in one call from Dana, and in many more. */
import type { ApplicationNotice, WebhookExchange } from '../../../src/contract/model.ts';

const AT = Date.UTC(2026, 10, 20, 14, 2, 3);
const CALL_SID = `CA${'4f1c'.repeat(8)}`;
const SID = ['CallSid', CALL_SID] as [string, string];
const VOICE: [string, string][] = [
  SID,
  ['AccountSid', `AC${'0'.repeat(32)}`],
  ['From', '+14155550187'],
  ['To', '+14155550102'],
  ['CallStatus', 'in-progress'],
  ['ApiVersion', '2010-04-01'],
  ['Direction', 'inbound'],
];

const WITH_REFER = `<?xml version="1.0" encoding="UTF-8"?>
<Response>
  <Say>One moment, please.</Say>
  <Refer action="/moved">
    <Sip>sip:+14155551234@demo.zt.patchcord.test?X-AcctNumber=123456&amp;User-to-User=56a390f3%3Bencoding%3Dhex</Sip>
  </Refer>
</Response>`;

const WRONG = `<?xml version="1.0" encoding="UTF-8"?>
<Response>
  <Say>One moment, please.</Say>
  <Enqueue>support</Enqueue>
</Response>`;

function exchange(part: Partial<WebhookExchange> & Pick<WebhookExchange, 'id' | 'url' | 'why'>): WebhookExchange {
  return {
    at: AT,
    callId: 'call-dana',
    callSid: CALL_SID,
    method: 'POST',
    parameters: VOICE,
    signed: true,
    attempts: 1,
    redirects: [],
    ms: 14,
    ...part,
  };
}

const answer = (body: string, status = 200) => ({
  status,
  contentType: 'text/xml; charset=utf-8',
  body,
  truncated: false,
});

/** Newest first. */
export const exchanges: WebhookExchange[] = [
  exchange({
    id: 'w5',
    at: AT + 61_000,
    url: 'http://192.168.7.20:9000/after',
    why: 'redirect',
    attempts: 0,
    ms: 2,
    problem: {
      code: 11205,
      text: '192.168.7.20 is a private address: webhooks.allow would have to name it, or a network that it is in.',
    },
  }),
  exchange({
    id: 'w4',
    at: AT + 40_000,
    url: 'http://127.0.0.1:9000/slow',
    why: 'redirect',
    attempts: 2,
    ms: 15_003,
    problem: { code: 11203, text: 'The application had not answered within 15 s.' },
  }),
  exchange({
    id: 'w3',
    at: AT + 30_000,
    url: 'http://127.0.0.1:9000/menu',
    why: 'redirect',
    redirects: ['http://127.0.0.1:9000/menu/en'],
    ms: 31,
    response: answer(WRONG),
  }),
  exchange({
    id: 'w2',
    at: AT + 12_000,
    url: 'http://127.0.0.1:9000/moved',
    why: 'action',
    parameters: [
      ...VOICE,
      ['ReferCallStatus', 'busy'],
      ['ReferSipResponseCode', '202'],
      ['NotifySipResponseCode', '486'],
    ],
    ms: 9,
    response: answer('<Response>\n  <Redirect>/menu</Redirect>\n</Response>'),
  }),
  exchange({
    id: 'w1',
    url: 'http://127.0.0.1:9000/voice?lang=en',
    why: 'voice-url',
    ms: 21,
    response: answer(WITH_REFER),
  }),
];

export const notices: ApplicationNotice[] = [
  {
    id: 'n1',
    at: AT + 30_050,
    callId: 'call-dana',
    callSid: CALL_SID,
    code: 13750,
    text: 'Enqueue is not built into this trunk: the call ends here.',
    line: 4,
    url: 'http://127.0.0.1:9000/menu/en',
    severity: 'error',
  },
];

/** As many as one likes, newest first, ten a call. */
export function manyExchanges(count: number): WebhookExchange[] {
  return Array.from({ length: count }, (_, index) => {
    const part = exchanges[index % exchanges.length]!;
    const call = Math.floor(index / 10);
    return { ...part, id: `many-${index}`, at: AT - index * 900, callId: `call-${call}`, callSid: `CA${call}` };
  });
}
