/** Twilio's own client against a trunk on real sockets: calls that are placed, changed and ended by the API. */
import twilio from 'twilio';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { silent } from '../../src/core/log/logger.ts';
import { tone } from '../../src/core/media/sound.ts';
import { RealClock } from '../../src/core/time/real-clock.ts';
import { parseConfig } from '../../src/core/config/config.ts';
import { startTrunk } from '../../src/core/composition/index.ts';
import { startHost, type Host } from '../../src/main/host/host.ts';
import { startHttpApplication, twiml, type HttpApplication } from '../support/http-application.ts';
import { startEndpoint, type RealEndpoint } from '../support/real-trunk.ts';

const ACCOUNT = `AC${'a'.repeat(32)}`;
const TOKEN = 'b'.repeat(32);
const LINE = '+14155550101';
const WAIT = { timeout: 8000, interval: 20 };

let application: HttpApplication;
let endpoint: RealEndpoint;
let host: Host;
let client: ReturnType<typeof twilio>;

beforeEach(async () => {
  application = await startHttpApplication();
  endpoint = await startEndpoint(700);
  const config = parseConfig({
    listen: { udp: 0, tcp: 0, tls: 0, http: 0 },
    provider: 'twilio',
    numbers: [{ number: LINE, twiml: `${application.origin}/voice` }],
    twilio: { accountSid: ACCOUNT, authToken: TOKEN },
    webhooks: { allow: ['127.0.0.0/8'] },
  });
  if (!config.ok) throw new Error(config.error.join('\n'));
  const shared = { config: config.value, clock: new RealClock(), log: silent, recordsFile: ':memory:' };
  host = await startHost({
    listen: { host: '127.0.0.1', port: 0 },
    startTrunk: (needs) => startTrunk({ ...needs, ...shared, lines: () => [tone([300])] }),
    clock: shared.clock,
    log: silent,
    version: 'test',
  });
  const httpClient = new twilio.RequestClient();
  const request = httpClient.request.bind(httpClient);
  httpClient.request = (options) =>
    request({ ...options, uri: options.uri.replace('https://api.twilio.com', host.url) });
  client = twilio(ACCOUNT, TOKEN, { httpClient });
});

afterEach(async () => {
  await host.stop();
  await endpoint.close();
  await application.close();
});

const statusOf = (sid: string, status: string) =>
  vi.waitFor(async () => expect((await client.calls(sid).fetch()).status).toBe(status), WAIT);

async function place(): Promise<string> {
  application.on('/voice', twiml('<Pause length="60"/>'));
  const to = endpoint.uri('agent');
  const { sid, status, direction } = await client.calls.create({ to, from: LINE, url: `${application.origin}/voice` });
  expect([direction, ['queued', 'initiated', 'ringing', 'in-progress'].includes(status)]).toEqual([
    'outbound-api',
    true,
  ]);
  await statusOf(sid, 'in-progress');
  await vi.waitFor(() => expect(application.to('/voice')).toHaveLength(1), WAIT);
  return sid;
}

it('places a call whose document is asked for when it is answered, and ends it', async () => {
  const sid = await place();
  const [asked] = application.to('/voice');
  expect(asked?.parameters).toMatchObject({
    AccountSid: ACCOUNT,
    CallSid: sid,
    CallStatus: 'in-progress',
    Direction: 'outbound-api',
  });
  const signature = String(asked?.headers['x-twilio-signature']);
  expect(twilio.validateRequest(TOKEN, signature, `${application.origin}/voice`, asked?.parameters ?? {})).toBe(true);
  expect((await client.calls.list({ status: 'in-progress' })).map((call) => call.sid)).toEqual([sid]);

  await client.calls(sid).update({ status: 'completed' });
  await statusOf(sid, 'completed');
  const ended = await client.calls(sid).fetch();
  expect(ended).toMatchObject({ duration: expect.stringMatching(/^\d$/), endTime: expect.any(Date) });
  expect(host.trunk.calls()).toEqual([]);
  await expect(client.calls(sid).update({ twiml: twiml('<Hangup/>') })).rejects.toMatchObject({ code: 21_220 });
});

it('T1, T7: has a live call run a <Refer>, which the endpoint declines, and hears of it', async () => {
  const sid = await place();
  const action = `${application.origin}/moved`;
  application.on('/moved', twiml('<Pause length="60"/>'));
  await client
    .calls(sid)
    .update({ twiml: twiml(`<Refer action="${action}"><Sip>sip:billing@127.0.0.1</Sip></Refer>`) });
  await vi.waitFor(() => expect(application.to('/moved')).toHaveLength(1), WAIT);
  const { parameters } = application.to('/moved')[0]!;
  expect(parameters).toMatchObject({ CallSid: sid, ReferCallStatus: 'failed', ReferSipResponseCode: '603' });
  expect(parameters).not.toHaveProperty('NotifySipResponseCode');
  await statusOf(sid, 'in-progress');
});

it('T1: asks another URL for the document of a live call, which ends with it', async () => {
  const sid = await place();
  application.on('/next', twiml('<Hangup/>'));
  await client.calls(sid).update({ url: `${application.origin}/next`, method: 'GET' });
  await statusOf(sid, 'completed');
  expect(application.to('/next')[0]).toMatchObject({ method: 'GET', parameters: { CallSid: sid } });
});

it('refuses a document that cannot run, and a call to nowhere', async () => {
  const sid = await place();
  await expect(client.calls(sid).update({ twiml: '<Response><Enqueue>a</Enqueue></Response>' })).rejects.toMatchObject({
    status: 400,
    message: expect.stringContaining('Enqueue'),
  });
  await statusOf(sid, 'in-progress');
  const url = `${application.origin}/voice`;
  await expect(client.calls.create({ to: 'sip:', from: LINE, url })).rejects.toMatchObject({ status: 400 });
});
