/** TwiML on real sockets: a trunk, an HTTP application, and phones that hear what it plays. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PartyPhone } from '../../src/core/parties/phone.ts';
import { AUDIBLE, Ear } from '../support/ear.ts';
import { startHttpApplication, toneFile, twiml, type HttpApplication } from '../support/http-application.ts';
import { nextPhone, startRealTrunk, type RealTrunk } from '../support/real-trunk.ts';

const LINE = '+14155550150';
const CALLER = '+14155550111';
const WAIT = { timeout: 8000, interval: 20 };

let real: RealTrunk;
let application: HttpApplication;

beforeAll(async () => {
  application = await startHttpApplication();
  real = await startRealTrunk({
    provider: 'twilio',
    domain: 'desk.sip.twilio.test',
    numbers: [{ number: LINE, twiml: `${application.origin}/voice` }],
    parties: [{ number: CALLER, name: 'Ada', behaviour: 'answer' }],
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
  });
});
