/** Each finding from a call that really went that way: user agents on the memory network, in virtual time. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Finding } from '../../src/core/trace/finding.ts';
import { diagnose } from '../../src/core/diagnosis/diagnose.ts';
import type { Session } from '../../src/core/ua/session.ts';
import {
  BILLING,
  CALLER,
  DOMAIN,
  LINE,
  refusing,
  ringing,
  SALES,
  startExchange,
  type Exchange,
  type RingingPhone,
} from '../support/exchange.ts';

let exchange: Exchange;
let agent: RingingPhone;
let callId: string;
let endpoint: Session;
let callerSession: Session;

beforeEach(async () => {
  exchange = await startExchange({ countries: ['US'], ringSeconds: 10 });
  agent = ringing(exchange.clock, 100);
  exchange.phones.set(LINE, agent.phone);
  callerSession = exchange.dial(exchange.caller, LINE).session;
  await exchange.run(300);
  callId = [...exchange.board.calls.keys()][0]!;
  endpoint = agent.session!;
});

afterEach(async () => {
  exchange.network.drop = () => false;
  callerSession.hangUp();
  await exchange.run(300_000);
  expect(exchange.clock.pending).toBe(0);
});

function refer(target = `<sip:${BILLING}@${DOMAIN}>`, headers: [string, string][] = []): void {
  endpoint.refer(target, headers, { accepted() {}, refused() {}, notified() {} });
}

function found(): Finding[] {
  const { board, tracer, pictures, clock } = exchange;
  const at = { domain: DOMAIN };
  const call = board.calls.get(callId)?.snapshot() ?? pictures.get(callId);
  return diagnose(tracer.ladder(callId)!, {
    call,
    profile: board.policy(at),
    account: board.account(at),
    at: clock.wall(),
  });
}

const only = (): Finding => {
  const [finding, ...others] = found();
  expect(others).toEqual([]);
  return finding!;
};

/** Labels of the messages that a finding points at. */
const evidence = ({ messageSeqs }: Finding) =>
  messageSeqs.map((seq) => exchange.tracer.ladder(callId)!.messages.find((message) => message.seq === seq)!.label);

it.each([
  ['a foreign domain', '<sip:+14155551234@elsewhere.example>', 'foreign domain', 'P14'],
  ['a private address', '<sip:+14155551234@10.1.2.3>', 'private address', 'P15'],
  ['a country that is not enabled', `<sip:+442079460958@${DOMAIN}>`, 'country not enabled', 'P16'],
])('D1: a REFER to %s', async (_, target, title, rule) => {
  refer(target);
  await exchange.run(200);
  const finding = only();
  expect([finding.id, finding.title]).toEqual(['D1', `REFER refused with 403: ${title}`]);
  expect(finding.text).toContain(`(${rule})`);
  expect(evidence(finding)).toEqual(['403 Forbidden', 'REFER']);
});

it('D2: a REFER to a number without its plus sign', async () => {
  refer(`<sip:14155551234@${DOMAIN}>`);
  await exchange.run(200);
  expect(only()).toMatchObject({ id: 'D2', fix: `Refer-To: <sip:+14155551234@${DOMAIN}>` });
  expect(evidence(only())).toEqual(['REFER', '400 Bad Request']);
});

it('D3: the endpoint hangs up 700 ms after its REFER, while the target rings', async () => {
  exchange.phones.set(BILLING, ringing(exchange.clock, 5000).phone);
  refer();
  await exchange.run(700);
  endpoint.hangUp();
  await exchange.run(200);
  const finding = only();
  expect(finding.id).toBe('D3');
  const [, afterAccepted, afterRinging] = /BYE (\d+) ms after 202, (\d+) ms after NOTIFY 180/.exec(finding.text) ?? [];
  expect(Number(afterAccepted)).toBeGreaterThan(680);
  expect(Number(afterAccepted)).toBeLessThan(705);
  expect(Number(afterRinging)).toBeLessThan(Number(afterAccepted));
  expect(evidence(finding)).toEqual(['BYE', '202 Accepted', 'BYE']);
});

it('D4: the endpoint hears no NOTIFY', async () => {
  exchange.phones.set(BILLING, ringing(exchange.clock, 60_000).phone);
  exchange.network.drop = ({ startLine }) => startLine.startsWith('NOTIFY');
  refer();
  await exchange.run(1500);
  expect(found()).toEqual([]);
  await exchange.run(2500);
  const finding = only();
  expect(finding.id).toBe('D4');
  expect(finding.text).toContain(
    'They go to its Contact, <sip:agent@10.0.0.3:5060> (10.0.0.3:5060). The REFER itself came from 10.0.0.3:5060.',
  );
  expect(evidence(finding)[0]).toBe('NOTIFY (100 Trying)');
});

it('D5: the target is busy, and the caller is still there', async () => {
  exchange.phones.set(BILLING, refusing(486));
  refer();
  await exchange.run(500);
  const finding = only();
  expect(finding).toMatchObject({ id: 'D5', severity: 'warning', title: 'Transfer failed: 486 Busy Here' });
  expect(finding.text).toMatch(
    new RegExp(`itself answered 486 Busy Here \\d+ ms after REFER. \\${CALLER} is still on the line`),
  );
  expect(evidence(finding)).toEqual(['NOTIFY (486 Busy Here)', '486 Busy Here', 'REFER']);
  expect(finding.transferId).toBe(exchange.pictures.get(callId)?.transfers[0]?.id);
});

it('D5: nobody answers within the ring time; D5: the next REFER takes the place of the first', async () => {
  exchange.phones.set(BILLING, ringing(exchange.clock).phone);
  refer();
  await exchange.run(10_500);
  expect(only().text).toContain('did not answer: the ring time was over after 10.0 s');
  exchange.phones.set(SALES, refusing(503));
  refer();
  await exchange.run(500);
  refer(`<sip:${SALES}@${DOMAIN}>`);
  await exchange.run(500);
  const texts = found().map(({ id, text }) => [id, text.split('.')[0]]);
  expect(texts.slice(1)).toEqual([
    ['D5', expect.stringMatching(/^The next REFER took its place/)],
    ['D5', expect.stringContaining('itself answered 503')],
  ]);
});

it('D6: the target is silent', async () => {
  exchange.phones.set(BILLING, ringing(exchange.clock, 200).phone);
  refer();
  await exchange.run(500);
  // The caller speaks, the target does not; the trunk passes on what it gets.
  const [caller, , target] = exchange.media.sessions;
  caller!.stats.received += 150;
  target!.stats.sent += 150;
  expect(found()).toEqual([]);
  await exchange.run(5000);
  const finding = only();
  expect(finding.id).toBe('D6');
  expect(finding.text).toMatch(
    /nothing came from \+14155551234\. \+14155550199 \(PCMU\): 150 RTP packets received, 0 sent; \+14155551234 \(PCMU\): 0 RTP packets received, 150 sent\./,
  );
  target!.stats.received += 1;
  caller!.stats.sent += 1;
  expect(found()).toEqual([]);
});

it('D7: the REFER asks for the number of the endpoint, the target sees the caller', async () => {
  exchange.phones.set(BILLING, ringing(exchange.clock, 2000).phone);
  refer(undefined, [['P-Preferred-Identity', `<sip:${LINE}@${DOMAIN}>`]]);
  await exchange.run(500);
  const finding = only();
  expect(finding).toMatchObject({ id: 'D7', severity: 'info', title: `${BILLING} is shown ${CALLER}` });
  expect(finding.text).toContain(`asks for ${LINE} in P-Preferred-Identity`);
  expect(finding.text).toContain('the original caller (P20)');
  expect(evidence(finding)).toEqual([expect.stringContaining('INVITE'), 'REFER']);
});

it('D7: on an outbound call the target sees the number of the trunk, not whom it talks to', async () => {
  exchange.phones.set(SALES, ringing(exchange.clock, 100).phone);
  exchange.phones.set(BILLING, ringing(exchange.clock, 2000).phone);
  const { session } = exchange.dial(exchange.endpoint, SALES, {}, LINE);
  await exchange.run(300);
  callId = [...exchange.board.calls.keys()].at(-1)!;
  endpoint = session;
  refer();
  await exchange.run(500);
  expect(only()).toMatchObject({ id: 'D7', title: `${BILLING} is shown ${LINE}` });
  expect(only().text).toBe(
    `That is not the number of whom it talks to: ${SALES}. On an outbound call the target sees the trunk number that the endpoint used as its caller ID on the original leg (P20).`,
  );
  session.hangUp();
});

it('finds nothing in a transfer that goes well', async () => {
  exchange.phones.set(BILLING, ringing(exchange.clock, 200).phone);
  refer();
  await exchange.run(400);
  for (const { stats } of exchange.media.sessions) Object.assign(stats, { received: 99, sent: 99 });
  await exchange.run(20_000);
  expect(found()).toEqual([]);
  expect(exchange.pictures.get(callId)?.transfers[0]?.state).toBe('succeeded');
});
