/** SIPp as the endpoint that an application refers: the trunk sends REFER, a real HTTP application decides and is told. */
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { startHttpApplication, twiml, type HttpApplication } from '../support/http-application.ts';
import { startRealTrunk, type RealTrunk } from '../support/real-trunk.ts';
import { freePorts } from './support/ports.ts';
import { startSipp } from './support/sipp.ts';
import { requireTool } from './support/tool.ts';

const DOMAIN = 'demo.sip.patchcord.test';
const LINE = '+14155550101';
const OWN = '+14155550100';
const REFER_TO = 'sip:alice@example.com?X-AcctNumber=123456&X-ReasonForCalling=billing';
const VOICE = twiml(`<Refer action="/refer"><Sip>${REFER_TO.replaceAll('&', '&amp;')}</Sip></Refer>`);
/** What every request carries on such a call, whatever the values. */
const STANDARD = ['AccountSid', 'ApiVersion', 'CallSid', 'CallStatus', 'Direction', 'From', 'To'];

let real: RealTrunk;
let application: HttpApplication;

beforeAll(async () => {
  requireTool('sipp');
  application = await startHttpApplication();
  application.on('/voice', VOICE);
  real = await startRealTrunk({
    provider: 'twilio',
    domain: DOMAIN,
    numbers: [{ number: LINE, twiml: `${application.origin}/voice` }],
    twilio: { authToken: 'secret' },
    webhooks: { allow: ['127.0.0.0/8'] },
  });
});

afterEach(() => {
  application.asked.length = 0;
});

afterAll(async () => {
  await real.close();
  await application.close();
});

const keys = (final?: string) => ({
  own_number: OWN,
  trunk_domain: DOMAIN,
  ...(final === undefined ? {} : { final }),
});

/** SIPp calls the application; gives what `action` was told, beside the standard parameters. */
async function refer(scenario: string, final?: string): Promise<Record<string, string>> {
  application.on('/refer', twiml('<Pause length="1"/>'));
  const sipp = await startSipp(scenario, { trunk: real.trunk.addresses.udp, service: LINE, keys: keys(final) });
  await sipp.passed;
  return told();
}

async function told(): Promise<Record<string, string>> {
  await vi.waitFor(() => expect(application.to('/refer')).toHaveLength(1), { timeout: 4000 });
  const { parameters } = application.to('/refer')[0]!;
  expect(Object.values(parameters)).not.toContain('');
  const names = Object.keys(parameters).filter((name) => !/^(?:Refer|Notify)/.test(name));
  expect(names.toSorted()).toEqual(STANDARD);
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => !STANDARD.includes(name)));
}

/** All that was said on the call's wire, of the endpoint's leg. */
function messages() {
  const [record] = real.trunk.records.list({}).records;
  return real.trunk.ladder(record!.callId)!.messages;
}

describe('the endpoint dials a number with an application', () => {
  it('T1, T3, T4, T5: it follows: in-progress, 202, 200, and nothing else', async () => {
    expect(await refer('uac-referred', '200 OK')).toEqual({
      ReferCallStatus: 'in-progress',
      ReferSipResponseCode: '202',
      NotifySipResponseCode: '200',
    });
    const refers = messages().filter(({ method, kind }) => method === 'REFER' && kind === 'request');
    expect(refers).toHaveLength(1);
    expect(refers[0]?.text).toContain(`Refer-To: <${REFER_TO}>`);
    const [voice] = application.to('/voice');
    expect(voice?.parameters).toMatchObject({ CallStatus: 'ringing', Direction: 'inbound' });
    expect(application.to('/refer')[0]).toMatchObject({
      method: 'POST',
      headers: { 'x-twilio-signature': expect.stringMatching(/^[\w+/]{27}=$/) },
      parameters: { CallSid: voice?.parameters['CallSid'], CallStatus: 'in-progress' },
    });
  });

  it.each([
    ['486 Busy Here', 'busy'],
    ['408 Request Timeout', 'no-answer'],
    ['480 Temporarily Unavailable', 'no-answer'],
    ['404 Not Found', 'failed'],
  ])('T6, T13: the new call fails with %s: %s, and the call goes on with the application', async (final, status) => {
    expect(await refer('uac-referred', final)).toEqual({
      ReferCallStatus: status,
      ReferSipResponseCode: '202',
      NotifySipResponseCode: final.slice(0, 3),
    });
    const [notify, bye] = messages().filter(
      ({ method, kind, text }) =>
        kind === 'request' && (method === 'BYE' || (method === 'NOTIFY' && text.includes(final))),
    );
    // The document that `action` gave has paused for a second.
    expect(bye!.at - notify!.at).toBeGreaterThan(900);
  });

  it('T7, T9: it refuses REFER: failed, 405, and no NotifySipResponseCode', async () => {
    expect(await refer('uac-referred-refuses')).toEqual({ ReferCallStatus: 'failed', ReferSipResponseCode: '405' });
  });

  it('T8: it hangs up while the target rings: canceled, 202, 180', async () => {
    expect(await refer('uac-referred-hangs-up')).toEqual({
      ReferCallStatus: 'canceled',
      ReferSipResponseCode: '202',
      NotifySipResponseCode: '180',
    });
    expect(application.to('/refer')[0]?.parameters['CallStatus']).toBe('completed');
  });

  it('T4: the status line decides where every NOTIFY says terminated, the id is wrong, and headers follow it', async () => {
    expect(await refer('uac-referred-oddly')).toEqual({
      ReferCallStatus: 'no-answer',
      ReferSipResponseCode: '202',
      NotifySipResponseCode: '480',
    });
  });
});

describe('the application calls the endpoint', () => {
  it.each([
    ['T1, T5', '200 OK', 'in-progress'],
    ['T1, T6', '486 Busy Here', 'busy'],
  ])('%s: REFER goes the other way as well: %s is %s', async (_, final, status) => {
    const port = await freePorts();
    const sipp = await startSipp('uas-referred', { port, keys: { final } });
    application.on('/refer', twiml('<Pause length="5"/>'));
    const { sid } = await real.trunk.placeCall({
      to: `sip:agent@127.0.0.1:${port}`,
      from: LINE,
      source: { url: `${application.origin}/voice` },
    });
    await sipp.passed;
    expect(await told()).toEqual({
      ReferCallStatus: status,
      ReferSipResponseCode: '202',
      NotifySipResponseCode: final.slice(0, 3),
    });
    expect(application.to('/refer')[0]?.parameters).toMatchObject({ CallSid: sid, Direction: 'outbound-api' });
  });
});
