/** Offers that equipment makes, over real sockets and with real media. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { SipResponse } from '../../src/core/message/index.ts';
import type { Hop } from '../../src/core/transport/index.ts';
import { PHONE_SDP, RawPhone } from '../support/raw-phone.ts';
import { startRealTrunk, type RealTrunk } from '../support/real-trunk.ts';

const DOMAIN = 'demo.zt.patchcord.test';
const ECHO = '+14155550201';
const TARGET = `sip:${ECHO}@${DOMAIN}`;

let real: RealTrunk;
let phone: RawPhone;
let hop: Hop;

beforeEach(async () => {
  phone = await RawPhone.start('UDP');
  real = await startRealTrunk({
    numbers: [{ number: '+14155550101', to: [phone.uri] }],
    parties: [{ number: ECHO, name: 'Echo', behaviour: 'answer', afterMs: 0 }],
  });
  const [host = '', port] = real.trunk.addresses.udp.split(':');
  hop = { transport: 'UDP', host, port: Number(port) };
});

afterEach(async () => {
  await real.close();
  await phone.close();
});

let seq = 0;
let to = `<${TARGET}>`;

function send(method: string, body?: string, uri = TARGET): void {
  if (method !== 'ACK') seq += 1;
  const dialog: [string, string][] = [
    ['From', `<sip:+14155550101@${DOMAIN}>;tag=1`],
    ['To', to],
    ['Call-ID', 'odd-offers'],
    ['CSeq', `${seq} ${method}`],
  ];
  phone.send(method, uri, hop, dialog, body);
}

async function invite(sdp: string): Promise<SipResponse> {
  send('INVITE', sdp);
  const answers = () =>
    phone
      .responses('INVITE')
      .flatMap(({ message }) => (message.status >= 200 && message.head.cseq.number === seq ? [message] : []));
  await expect.poll(() => answers().length).toBeGreaterThan(0);
  const [answer] = answers() as [SipResponse];
  const before = to;
  to = answer.headers.get('To')!;
  send('ACK');
  if (answer.status >= 300) to = before;
  return answer;
}

const text = ({ body }: SipResponse) => new TextDecoder().decode(body);

it.each([
  ['no codec of ours', PHONE_SDP.replace('RTP/AVP 0', 'RTP/AVP 18').replace('0 PCMU', '18 G729'), /^305 .*G729/],
  ['encryption', PHONE_SDP.replace('RTP/AVP', 'RTP/SAVP'), /^302 .*RTP\/SAVP is encrypted/],
  ['an address of the other family', PHONE_SDP.replaceAll('IP4 127.0.0.1', 'IP6 ::1'), /^301 .*IPv6/],
  ['no audio', PHONE_SDP.replace('m=audio', 'm=video'), /^304 .*no audio/],
])('W22: an offer with %s gets 488 with a Warning', async (_, sdp, warning) => {
  const answer = await invite(sdp);
  expect([answer.status, answer.headers.get('Warning')]).toEqual([488, expect.stringMatching(warning)]);
});

it('W22: a re-INVITE may close every stream, and open it again', async () => {
  expect((await invite(PHONE_SDP)).status).toBe(200);
  const closed = await invite(PHONE_SDP.replace('m=audio 40446', 'm=audio 0'));
  expect([closed.status, /^m=.*$/m.exec(text(closed))?.[0]]).toEqual([200, 'm=audio 0 RTP/AVP 0']);
  expect(real.trunk.calls()[0]?.legs[0]?.held).toBe(true);
  const open = await invite(PHONE_SDP);
  expect([open.status, /^m=audio [1-9]/m.test(text(open))]).toEqual([200, true]);
  expect(real.trunk.calls()[0]?.legs[0]?.held).toBe(false);
  const refused = await invite(PHONE_SDP.replace('RTP/AVP', 'RTP/SAVP'));
  expect([refused.status, refused.headers.get('Warning')]).toEqual([488, expect.stringMatching(/^302 /)]);
});
