/** `<Dial>` on real sockets: an HTTP application, phones that hear each other, an endpoint with a password. */
import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { PartyPhone } from '../../src/core/parties/phone.ts';
import { AUDIBLE, Ear } from '../support/ear.ts';
import { startHttpApplication, toneFile, twiml, type HttpApplication } from '../support/http-application.ts';
import { nextPhone, startEndpoint, startRealTrunk, type RealEndpoint, type RealTrunk } from '../support/real-trunk.ts';

const LINE = '+14155550101';
const DANA = '+14155550142';
const BILLING = '+14155551234';
const SALES = '+14155555678';
const LAB = '+14155550408';
const WAIT = { timeout: 8000, interval: 20 };

let real: RealTrunk;
let application: HttpApplication;
let endpoint: RealEndpoint;

beforeAll(async () => {
  application = await startHttpApplication();
  application.on('/tone.wav', { type: 'audio/wav', body: toneFile(1500, 20) });
  endpoint = await startEndpoint(550);
  real = await startRealTrunk(
    {
      provider: 'twilio',
      webhooks: { allow: ['127.0.0.0/8'] },
      numbers: [{ number: LINE, twiml: `${application.origin}/voice` }],
      parties: [
        { number: DANA, name: 'Dana', behaviour: 'answer', caller: true },
        { number: BILLING, name: 'Billing', behaviour: 'answer', afterMs: 300 },
        { number: SALES, name: 'Sales', behaviour: 'answer', afterMs: 900 },
        { number: LAB, name: 'Lab', behaviour: 'no-answer' },
      ],
    },
    { [DANA]: 700, [BILLING]: 1000, [SALES]: 850 },
  );
});

afterAll(async () => {
  await real.close();
  await endpoint.close();
  await application.close();
});

beforeEach(() => {
  application.asked.length = 0;
  application.on('/done', twiml('<Play>/tone.wav</Play>'));
});

afterEach(async () => {
  for (const { id } of real.trunk.calls()) await real.trunk.hangUp(id);
});

const phoneOf = (number: string) => nextPhone(real.trunk.parties, ({ party }) => party.number === number);

/** Dana dials the application, which runs these verbs. */
async function dana(verbs: string): Promise<PartyPhone> {
  application.on('/voice', twiml(verbs));
  const phone = phoneOf(DANA);
  await real.trunk.practiceCall({ caller: DANA, to: LINE });
  return phone;
}

async function heard(phone: PartyPhone, hz: number): Promise<void> {
  const ear = new Ear(phone.media!);
  await vi.waitFor(() => expect(ear.energy(hz)).toBeGreaterThan(AUDIBLE), WAIT);
  ear.stop();
}

const told = async () => {
  await vi.waitFor(() => expect(application.to('/done')).toHaveLength(1), WAIT);
  return application.to('/done')[0]!.parameters;
};

it('Dial: ring-back, then the two hear each other; the first that answers has it, and the document goes on afterwards', async () => {
  const billing = phoneOf(BILLING);
  const phone = await dana(
    `<Dial action="/done"><Number>${LAB}</Number><Number>${SALES}</Number><Number>${BILLING}</Number></Dial>`,
  );
  // North American ring-back is 440 and 480 Hz.
  await heard(phone, 440);
  const called = await billing;
  await Promise.all([heard(phone, 1000), heard(called, 700)]);
  const [call] = real.trunk.calls();
  expect(call?.legs.filter(({ state }) => state === 'answered')).toHaveLength(2);
  called.hangUp();
  expect(await told()).toMatchObject({
    DialCallStatus: 'completed',
    DialCallSid: expect.stringMatching(/^CA[0-9a-f]{32}$/),
    DialCallDuration: expect.stringMatching(/^[0-9]+$/),
    DialBridged: 'true',
  });
  await heard(phone, 1500);
  phone.hangUp();
  await vi.waitFor(() => expect(real.trunk.calls()).toEqual([]), WAIT);
  const records = real.trunk.records.list({}).records.filter(({ callId }) => callId === call!.id);
  expect(records.map(({ kind, to, result }) => [kind, to, result].join(' ')).toSorted()).toEqual([
    `dial ${LAB} canceled`,
    `dial ${BILLING} answered`,
    `dial ${SALES} canceled`,
    `original ${LINE} answered`,
  ]);
});

it('Dial: a called leg is a call resource with its parent', async () => {
  const phone = await dana(`<Dial><Number>${BILLING}</Number></Dial>`);
  await heard(phone, 1000);
  const resources = real.trunk.callResources().filter(({ status }) => status === 'in-progress');
  const parent = resources.find(({ direction }) => direction === 'inbound');
  const child = resources.find(({ direction }) => direction === 'outbound-dial');
  expect(child).toMatchObject({ to: BILLING, parentSid: parent!.sid });
  expect(parent).not.toHaveProperty('parentSid');
  expect(resources).toHaveLength(2);
});

it('Dial, Sip: an endpoint at a host name is called with the headers of its URI, and the two hear each other', async () => {
  const answered = nextPhone(endpoint.host);
  const uri = endpoint.uri('agent').replace('127.0.0.1', 'localhost');
  const phone = await dana(`<Dial action="/done"><Sip>${uri}?X-AcctNumber=123456</Sip></Dial>`);
  const called = await answered;
  expect(called.session?.incoming?.request.headers.get('X-AcctNumber')).toBe('123456');
  expect(called.session?.incoming?.request.uri).toBe(uri);
  await Promise.all([heard(phone, 550), heard(called, 700)]);
  phone.hangUp();
  expect(await told()).toMatchObject({ DialCallStatus: 'completed', CallStatus: 'completed' });
  await vi.waitFor(() => expect(called.over).toBe(true), WAIT);
});

it('Dial, Sip: a password answers the challenge of the one who is called, and no other gets to see it', async () => {
  const guarded = await startRealTrunk({
    domain: 'guarded.test',
    numbers: [{ number: '+14155550199', to: [endpoint.uri('agent')] }],
    auth: { allow: [], credentials: [{ username: 'dana', password: randomPassword }] },
  });
  const answered = nextPhone(endpoint.host);
  const uri = `sip:+14155550199@${guarded.trunk.addresses.udp}`;
  await dana(`<Dial action="/done"><Sip>${uri}</Sip></Dial>`);
  expect(await told()).toMatchObject({ DialCallStatus: 'failed' });
  application.asked.length = 0;
  const phone = await dana(
    `<Dial action="/done"><Sip username="dana" password="${randomPassword}">${uri}</Sip></Dial>`,
  );
  const called = await answered;
  await Promise.all([heard(phone, 550), heard(called, 700)]);
  phone.hangUp();
  await told();
  await guarded.close();
});

const randomPassword = randomBytes(8).toString('hex');

it('Dial: referUrl moves the caller to whom the endpoint asks for', async () => {
  application.on('/refer', ({ parameters }) => {
    const number = /\+\d+/.exec(parameters['ReferTransferTarget'] ?? '')?.[0] ?? '';
    return twiml(`<Dial><Number>${number}</Number></Dial>`);
  });
  const answered = nextPhone(endpoint.host);
  const sales = phoneOf(SALES);
  const phone = await dana(`<Dial referUrl="/refer"><Sip>${endpoint.uri('agent')}</Sip></Dial>`);
  const agent = await answered;
  await heard(agent, 700);
  const lines: number[] = [];
  agent.session?.refer(`<sip:${SALES}@demo.zt.patchcord.test>`, [], {
    refused: (status) => lines.push(status),
    notified: ({ status }) => lines.push(status),
  });
  const target = await sales;
  await Promise.all([heard(phone, 850), heard(target, 700)]);
  expect(lines).toEqual([100, 200]);
  expect(agent.over).toBe(true);
  expect(application.to('/refer')[0]?.parameters).toMatchObject({
    ReferTransferTarget: `<sip:${SALES}@demo.zt.patchcord.test>`,
    CallStatus: 'in-progress',
  });
});

it('Dial, Number: sendDigits presses keys once the number has answered, and then the two are joined', async () => {
  const billing = phoneOf(BILLING);
  const phone = dana(`<Dial><Number sendDigits="12w#">${BILLING}</Number></Dial>`);
  const called = await billing;
  const events: number[] = [];
  called.media!.tap({
    write: (frame) => {
      if (frame.kind === 'dtmf' && frame.event !== events.at(-1)) events.push(frame.event);
    },
  });
  await heard(await phone, 1000);
  // RFC 4733 §3.2: 11 is #.
  expect(events).toEqual([1, 2, 11]);
});

it('referUrl of the account: an endpoint that was called by its number moves its caller', async () => {
  application.on('/refer', twiml('<Play>/tone.wav</Play>'));
  const other = await startRealTrunk({
    provider: 'twilio',
    numbers: [{ number: LINE, to: [endpoint.uri('agent')] }],
    parties: [{ number: DANA, name: 'Dana', behaviour: 'answer', caller: true }],
    twilio: { referUrl: `${application.origin}/refer` },
  });
  const [answered, caller] = [nextPhone(endpoint.host), nextPhone(other.trunk.parties)];
  await other.trunk.practiceCall({ caller: DANA, to: LINE });
  const agent = await answered;
  const phone = await caller;
  agent.session?.refer(`<tel:${BILLING}>`, [], { refused() {}, notified() {} });
  await heard(phone, 1500);
  expect(application.to('/refer')[0]?.parameters).toMatchObject({ ReferTransferTarget: `<tel:${BILLING}>` });
  await vi.waitFor(() => expect(agent.over).toBe(true), WAIT);
  await other.close();
});
