/** TwiML on real sockets: a trunk, an HTTP application, and phones that hear what it plays. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { pressKeys } from '../../src/core/media/press-keys.ts';
import type { PartyPhone } from '../../src/core/parties/phone.ts';
import { Hearing } from '../../src/core/media/hearing.ts';
import { AUDIBLE, Ear } from '../support/ear.ts';
import { startHttpApplication, toneFile, twiml, type HttpApplication } from '../support/http-application.ts';
import { nextPhone, startRealTrunk, type RealTrunk } from '../support/real-trunk.ts';

const LINE = '+14155550150';
const GET_LINE = '+14155550151';
const CALLER = '+14155550111';
const SILENT = '+14155550112';
const BUSY = '+14155550113';
const WAIT = { timeout: 8000, interval: 20 };

const installed = (process.env['PATH'] ?? '').split(delimiter).some((path) => existsSync(join(path, 'espeak-ng')));

let real: RealTrunk;
let application: HttpApplication;

beforeAll(async () => {
  application = await startHttpApplication();
  real = await startRealTrunk({
    provider: 'twilio',
    domain: 'desk.sip.twilio.test',
    numbers: [
      { number: LINE, twiml: `${application.origin}/voice` },
      { number: GET_LINE, twiml: `${application.origin}/get`, twimlMethod: 'GET' },
    ],
    parties: [
      { number: CALLER, name: 'Ada', behaviour: 'answer' },
      { number: SILENT, name: 'Nobody', behaviour: 'no-answer' },
      { number: BUSY, name: 'Bea', behaviour: 'busy' },
    ],
    webhooks: { timeoutSeconds: 1 },
    limits: { callsPerSecond: 100 },
  });
});

afterAll(async () => {
  await real.close();
  await application.close();
});

beforeEach(() => {
  application.asked.length = 0;
});

async function call(): Promise<{ callId: string; phone: PartyPhone }> {
  const answered = nextPhone(real.trunk.parties);
  const { callId } = await real.trunk.dial({ from: CALLER, to: LINE });
  return { callId, phone: await answered };
}

const ended = (callId: string) => vi.waitFor(() => expect(real.trunk.call(callId)).toBeUndefined(), WAIT);
const recordOf = (callId: string) =>
  vi.waitFor(() => {
    const record = real.trunk.records.list({}).records.find((each) => each.callId === callId);
    expect(record).toBeDefined();
    return record!;
  }, WAIT);

const noticesOf = (callId: string) =>
  real.trunk
    .notices()
    .filter((each) => each.callId === callId)
    .map(({ severity, code }) => `${severity} ${code}`)
    .toReversed();

describe('a call to a number with an application', () => {
  it('T9: asks it with what there is to say, and leaves out the rest; then plays what it names, and ends with it', async () => {
    application.on('/voice', twiml('<Play>tone.wav</Play>'));
    application.on('/tone.wav', { type: 'audio/wav', body: toneFile(1000, 1.2, 16_000) });
    const { callId, phone } = await call();
    const ear = new Ear(phone.media!);
    await vi.waitFor(() => expect(ear.energy(1000)).toBeGreaterThan(AUDIBLE), WAIT);
    await ended(callId);
    expect(application.to('/voice')[0]?.parameters).toEqual({
      AccountSid: `AC${'0'.repeat(32)}`,
      ApiVersion: '2010-04-01',
      CallSid: expect.stringMatching(/^CA[0-9a-f]{32}$/),
      CallStatus: 'ringing',
      CallerName: 'Ada',
      Direction: 'inbound',
      From: CALLER,
      To: LINE,
    });
    expect(application.to('/tone.wav')[0]).toMatchObject({ method: 'GET', parameters: {} });
    const record = await recordOf(callId);
    expect(record).toMatchObject({ result: 'answered', endedBy: 'trunk', from: CALLER, to: LINE });
    expect(record.durationMs).toBeGreaterThan(1000);
    const messages = () =>
      real.trunk
        .ladder(callId)!
        .messages.map(({ method, status }) => status ?? method)
        .filter((each) => each !== 100);
    // The record is there as soon as the BYE has gone out.
    await vi.waitFor(() => expect(messages()).toEqual(['INVITE', 180, 200, 'ACK', 'BYE', 200]), WAIT);
  });

  it('T2: asks by GET where the number says so, and signs nothing without a token', async () => {
    application.on('/get', twiml('<Reject/>'));
    const { callId } = await real.trunk.dial({ from: CALLER, to: GET_LINE });
    await ended(callId);
    const [asked] = application.to('/get');
    expect(asked).toMatchObject({ method: 'GET', parameters: { To: GET_LINE, CallStatus: 'ringing' } });
    expect(asked!.headers['x-twilio-signature']).toBeUndefined();
    expect(await recordOf(callId)).toMatchObject({ result: 'declined', answeredAt: null, sipStatus: 603 });
  });

  it('Gather: hears keys by RTP, falls silent with the first, and asks the action with them', async () => {
    application.on('/tone.wav', { type: 'audio/wav', body: toneFile(1000, 30) });
    application.on('/voice', twiml('<Gather numDigits="4" action="keys"><Play>tone.wav</Play></Gather>'));
    application.on('/low.wav', { type: 'audio/wav', body: toneFile(400, 30) });
    application.on('/keys', twiml('<Play>low.wav</Play>'));
    const { callId, phone } = await call();
    const ear = new Ear(phone.media!);
    await vi.waitFor(() => expect(ear.energy(1000)).toBeGreaterThan(AUDIBLE), WAIT);
    phone.say(pressKeys('7#*0', phone.media!, { clock: real.clock, ssrc: 5 }));
    await vi.waitFor(() => expect(application.to('/keys')).toHaveLength(1), WAIT);
    expect(application.to('/keys')[0]!.parameters).toMatchObject({
      Digits: '7',
      FinishedOnKey: '#',
      CallStatus: 'in-progress',
    });
    await vi.waitFor(() => {
      expect(ear.energy(400)).toBeGreaterThan(AUDIBLE);
      expect(ear.energy(1000)).toBeLessThan(AUDIBLE / 4);
    }, WAIT);
    phone.hangUp();
    await ended(callId);
  });

  it.runIf(installed)('Say: is heard', async () => {
    application.on('/voice', twiml('<Say>Hello, you have reached the application.</Say><Pause length="9"/>'));
    const { callId, phone } = await call();
    const heard: number[] = [];
    const hearing = new Hearing(8000);
    const stop = phone.media!.tap({
      write: (frame) => {
        if (frame.kind === 'audio') heard.push(...hearing.hear(frame).map(Math.abs));
      },
    });
    await vi.waitFor(() => expect(heard.filter((sample) => sample > 2000).length).toBeGreaterThan(1000), WAIT);
    stop();
    phone.hangUp();
    await ended(callId);
    expect(real.trunk.notices().filter((each) => each.callId === callId)).toEqual([]);
  });

  it('a file that cannot be played is reported, and the next verb runs', async () => {
    application.on('/song.mp3', { type: 'audio/mpeg', body: 'ID3 and so on' });
    application.on('/page', { type: 'text/html', body: '<html></html>' });
    application.on('/voice', twiml('<Play>song.mp3</Play><Play>/page</Play><Play>/missing.wav</Play><Hangup/>'));
    const { callId } = await real.trunk.dial({ from: CALLER, to: LINE });
    await ended(callId);
    expect(noticesOf(callId)).toEqual(['warning 13420', 'warning 12300', 'warning 11217']);
    expect((await recordOf(callId)).result).toBe('answered');
  });
});

describe('T1: a live call, by the API', () => {
  it('T1: of the trunk: the document takes the place of the one that runs, by CallSid and by the id of the call', async () => {
    application.on('/tone.wav', { type: 'audio/wav', body: toneFile(1000, 30) });
    application.on('/low.wav', { type: 'audio/wav', body: toneFile(400, 30) });
    application.on('/voice', twiml('<Play>tone.wav</Play>'));
    application.on('/new', twiml('<Play>low.wav</Play>'));
    const { callId, phone } = await call();
    const ear = new Ear(phone.media!);
    await vi.waitFor(() => expect(ear.energy(1000)).toBeGreaterThan(AUDIBLE), WAIT);
    const sid = application.to('/voice')[0]!.parameters['CallSid']!;
    expect(real.trunk.callResource(sid)).toMatchObject({ sid, callId, status: 'in-progress', direction: 'inbound' });
    await real.trunk.runTwiml(sid, { url: '/new' });
    await vi.waitFor(() => {
      expect(ear.energy(400)).toBeGreaterThan(AUDIBLE);
      expect(ear.energy(1000)).toBeLessThan(AUDIBLE / 4);
    }, WAIT);
    await expect(real.trunk.runTwiml(sid, { xml: '<Response><Enqueue>x</Enqueue></Response>' })).rejects.toMatchObject({
      code: 'bad-request',
      message: expect.stringMatching(/^13750: .*Enqueue.*line 1/),
    });
    expect(phone.over).toBe(false);
    await real.trunk.runTwiml(callId, { xml: twiml('<Hangup/>') });
    await ended(callId);
    expect(real.trunk.callResource(sid)).toMatchObject({ status: 'completed', endedAt: expect.any(Number) });
    await expect(real.trunk.runTwiml(sid, { xml: twiml('<Hangup/>') })).rejects.toMatchObject({ code: 'refused' });
    await expect(real.trunk.runTwiml('CAnobody', { xml: twiml('') })).rejects.toMatchObject({ code: 'not-found' });
  });

  it('T1: a call that the trunk places runs its document when it is answered', async () => {
    application.on('/tone.wav', { type: 'audio/wav', body: toneFile(1000, 30) });
    application.on('/out', twiml('<Play>tone.wav</Play>'));
    const answered = nextPhone(real.trunk.parties);
    const placed = await real.trunk.placeCall({ to: CALLER, from: LINE, source: { url: `${application.origin}/out` } });
    expect(placed).toMatchObject({ direction: 'outbound-api', from: LINE, to: CALLER, status: 'initiated' });
    expect(placed).not.toHaveProperty('parentSid');
    const phone = await answered;
    const ear = new Ear(phone.media!);
    await vi.waitFor(() => expect(ear.energy(1000)).toBeGreaterThan(AUDIBLE), WAIT);
    expect(application.to('/out')[0]!.parameters).toMatchObject({
      CallSid: placed.sid,
      CallStatus: 'in-progress',
      Direction: 'outbound-api',
      From: LINE,
      To: CALLER,
    });
    await real.trunk.endCall(placed.sid, 'completed');
    await ended(placed.callId);
    await vi.waitFor(() => expect(phone.over).toBe(true), WAIT);
    expect(real.trunk.callResource(placed.sid)?.status).toBe('completed');
    expect(await recordOf(placed.callId)).toMatchObject({
      direction: 'outbound',
      result: 'answered',
      from: LINE,
      to: CALLER,
    });
  });

  it('a call that is not answered can be canceled, or given another document; one that nobody takes has its status', async () => {
    const ringingCall = () => real.trunk.placeCall({ to: SILENT, from: LINE, source: { xml: twiml('<Hangup/>') } });
    const placed = await ringingCall();
    await vi.waitFor(() => expect(real.trunk.callResource(placed.sid)?.status).toBe('ringing'), WAIT);
    await real.trunk.runTwiml(placed.sid, { xml: twiml('<Say>Later</Say>') });
    expect(real.trunk.callResource(placed.sid)?.status).toBe('ringing');
    await real.trunk.endCall(placed.sid, 'canceled');
    await ended(placed.callId);
    expect(real.trunk.callResource(placed.sid)?.status).toBe('canceled');

    const busy = await real.trunk.placeCall({ to: BUSY, from: LINE, source: { xml: twiml('<Hangup/>') } });
    await ended(busy.callId);
    expect(real.trunk.callResource(busy.sid)?.status).toBe('busy');
  });

  it('a request is made again, with nothing done about the answer', async () => {
    application.on('/voice', twiml('<Hangup/>'));
    const { callId } = await real.trunk.dial({ from: CALLER, to: LINE });
    await ended(callId);
    const [exchange] = real.trunk.webhooks(1);
    expect(exchange).toMatchObject({ why: 'voice-url', callId, response: { status: 200 } });
    const again = await real.trunk.replayWebhook(exchange!.id);
    expect(again).toMatchObject({ why: 'replay', parameters: exchange!.parameters });
    expect(application.to('/voice')).toHaveLength(2);
    expect(real.trunk.webhooks(2).map(({ id }) => id)).toEqual([again.id, exchange!.id]);
    await expect(real.trunk.replayWebhook('nothing')).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('a trunk that stops', () => {
  it('ends the calls of applications at once, whether they are asked, speak or have not been answered', async () => {
    const silent = await startHttpApplication();
    silent.on('/silent', 'silence');
    silent.on('/talks', twiml('<Say loop="0">Hello, and hello again.</Say>'));
    const other = await startRealTrunk({
      provider: 'twilio',
      numbers: [
        { number: LINE, twiml: `${silent.origin}/silent` },
        { number: GET_LINE, twiml: `${silent.origin}/talks` },
      ],
      parties: [{ number: CALLER, name: 'Ada', behaviour: 'answer' }],
      limits: { callsPerSecond: 100 },
    });
    const calls = await Promise.all([LINE, LINE, GET_LINE].map((to) => other.trunk.dial({ from: CALLER, to })));
    await vi.waitFor(() => expect(silent.asked).toHaveLength(3), WAIT);
    const began = performance.now();
    await other.close();
    expect(performance.now() - began).toBeLessThan(3000);
    expect(other.trunk.calls()).toEqual([]);
    expect(calls).toHaveLength(3);
    await silent.close();
  });
});

describe('a trunk of another provider', () => {
  it('runs no documents, on its calls or on new ones', async () => {
    const other = await startRealTrunk({
      webhooks: { allow: ['127.0.0.0/8'] },
      parties: [
        { number: CALLER, name: 'Ada', behaviour: 'answer' },
        { number: SILENT, name: 'Nobody', behaviour: 'no-answer' },
      ],
    });
    try {
      const { callId } = await other.trunk.dial({ from: CALLER, to: `sip:somebody@127.0.0.1:9` });
      await expect(other.trunk.runTwiml(callId, { xml: twiml('') })).rejects.toMatchObject({ code: 'refused' });
      const asked = { to: SILENT, from: LINE, source: { xml: twiml('') } };
      await expect(other.trunk.placeCall(asked)).rejects.toMatchObject({ code: 'refused' });
    } finally {
      await other.close();
    }
  });
});

describe('an application that fails', () => {
  it.each([
    ['says nothing', 'silence' as const, 11203],
    ['answers with a page', { type: 'text/html', body: '<html>Hello</html>' }, 12300],
    ['answers with ten megabytes', { body: `<Response>${' '.repeat(10_000_000)}</Response>` }, 11750],
    ['has failed itself', { status: 500, body: 'oops' }, 11217],
    ['nests entities', '<!DOCTYPE x [<!ENTITY a "ha">]><Response><Say>&a;</Say></Response>', 12100],
    ['asks for what is not built', twiml('<Enqueue>sales</Enqueue>'), 13750],
  ])('because it %s: the call is answered and ends, with the error, and the trunk goes on', async (_, answer, code) => {
    application.on('/voice', answer);
    const { callId, phone } = await call();
    // Without a voice the apology is silence, which is told as well.
    const notices = [`error ${code}`, ...(installed ? [] : ['warning 0'])];
    await vi.waitFor(() => expect(noticesOf(callId)).toEqual(notices), WAIT);
    // One has the patience to hear the apology out.
    if (answer !== 'silence') phone.hangUp();
    await ended(callId);
    const endedBy = answer === 'silence' ? 'trunk' : 'caller';
    expect(await recordOf(callId)).toMatchObject({ result: 'answered', endedBy });
    application.on('/voice', twiml('<Reject/>'));
    const next = await real.trunk.dial({ from: CALLER, to: LINE });
    await ended(next.callId);
    expect((await recordOf(next.callId)).result).toBe('declined');
  });
});
