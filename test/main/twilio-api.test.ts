/** The API that is like Twilio's, asked by Twilio's own client and by hand. */
import twilio from 'twilio';
import { describe, expect, it } from 'vitest';
import { exampleResource } from '../support/fake-trunk.ts';
import { startFixture, type Answer, type Fixture } from './host-fixture.ts';

const ACCOUNT = `AC${'0'.repeat(32)}`;
const TOKEN = 'hunter3';
const PATH = `/2010-04-01/Accounts/${ACCOUNT}/Calls`;
const SID = exampleResource.sid;
const DOCUMENT = '<Response><Refer><Sip>sip:+14155551234@demo.zt.patchcord.test</Sip></Refer></Response>';

/** Twilio's client with its requests to `api.twilio.com` led to the fixture. */
function clientOf({ host }: Fixture, accountSid = ACCOUNT, token = TOKEN): ReturnType<typeof twilio> {
  const httpClient = new twilio.RequestClient();
  const request = httpClient.request.bind(httpClient);
  httpClient.request = (options) =>
    request({ ...options, uri: options.uri.replace('https://api.twilio.com', host.url) });
  return twilio(accountSid, token, { httpClient });
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

function post({ ask }: Fixture, path: string, body: string, headers: Record<string, string> = {}): Promise<Answer> {
  return ask(path, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: basic(ACCOUNT, TOKEN),
      ...headers,
    },
    body,
  });
}

describe("Twilio's own client", () => {
  it('reads a call, its times as dates', async () => {
    const call = await clientOf(await startFixture())
      .calls(SID)
      .fetch();
    expect(call).toMatchObject({
      sid: SID,
      accountSid: ACCOUNT,
      from: '+14155551234',
      fromFormatted: '(415) 555-1234',
      to: '+14155550199',
      status: 'in-progress',
      direction: 'inbound',
      apiVersion: '2010-04-01',
      startTime: new Date(exampleResource.createdAt),
      endTime: null,
      duration: null,
      parentCallSid: null,
      forwardedFrom: null,
      uri: `${PATH}/${SID}.json`,
    });
  });

  it('T1: updates a live call with a document, or with the URL of one', async () => {
    const fixture = await startFixture();
    const call = clientOf(fixture).calls(SID);
    expect((await call.update({ twiml: DOCUMENT })).sid).toBe(SID);
    await call.update({ url: 'https://app.example/next', method: 'GET' });
    expect(fixture.trunk.asked).toEqual([
      ['runTwiml', SID, { xml: DOCUMENT }],
      ['runTwiml', SID, { url: 'https://app.example/next', method: 'GET' }],
    ]);
  });

  it('ends a call, which then cannot be updated any more: 21220', async () => {
    const fixture = await startFixture();
    const call = clientOf(fixture).calls(SID);
    await expect(call.update({ status: 'canceled' })).rejects.toMatchObject({ status: 400, code: 21_220 });
    const ended = await call.update({ status: 'completed' });
    expect(ended).toMatchObject({
      status: 'completed',
      duration: '11',
      endTime: new Date('2030-01-01T00:00:12Z'),
    });
    expect(fixture.trunk.asked).toEqual([['endCall', SID, 'completed']]);
    await expect(call.update({ twiml: DOCUMENT })).rejects.toMatchObject({
      status: 400,
      code: 21_220,
      message: 'Invalid call state: Call is not in-progress. Cannot redirect.',
      moreInfo: 'https://www.twilio.com/docs/errors/21220',
    });
  });

  it('places a call with a document or a URL', async () => {
    const fixture = await startFixture();
    const { calls } = clientOf(fixture);
    const to = 'sip:agent@127.0.0.1:5080';
    const placed = await calls.create({ to, from: '+14155550199', twiml: DOCUMENT });
    expect(placed).toMatchObject({ to, toFormatted: to, status: 'queued', direction: 'outbound-api', startTime: null });
    await calls.create({ to, from: '+14155550199', url: 'https://app.example/voice' });
    expect(fixture.trunk.asked).toEqual([
      ['placeCall', { to, from: '+14155550199', source: { xml: DOCUMENT } }],
      ['placeCall', { to, from: '+14155550199', source: { url: 'https://app.example/voice', method: undefined } }],
    ]);
  });

  it('lists calls page by page, and those that fit a filter', async () => {
    const fixture = await startFixture();
    const DAY_MS = 86_400_000;
    fixture.trunk.resources = Array.from({ length: 7 }, (_, i) => ({
      ...exampleResource,
      sid: `CA${String(i).padStart(32, '0')}`,
      status: i % 2 === 0 ? ('busy' as const) : ('completed' as const),
      createdAt: exampleResource.createdAt - i * DAY_MS,
      ...(i === 3 ? { parentSid: SID } : {}),
    }));
    const { calls } = clientOf(fixture);
    const sids = async (options: Parameters<typeof calls.list>[0]) =>
      (await calls.list(options)).map(({ sid }) => Number(sid.slice(2)));
    expect(await sids({ pageSize: 2 })).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(await sids({ status: 'busy', pageSize: 3 })).toEqual([0, 2, 4, 6]);
    expect(await sids({ parentCallSid: SID })).toEqual([3]);
    expect(await sids({ to: '+19' })).toEqual([]);
    // The newest began with the year 2030.
    expect(await sids({ startTimeBefore: new Date('2029-12-28T00:00:00Z') })).toEqual([4, 5, 6]);
    expect(await sids({ startTimeAfter: new Date('2029-12-31T00:00:00Z') })).toEqual([0, 1]);
    const page = await calls.page({ pageSize: 3 });
    expect(page.nextPageUrl).toBe(`https://api.twilio.com${PATH}.json?PageSize=3&Page=1`);
    expect(page.previousPageUrl).toBeUndefined();
  });

  it.each([
    ['a call that does not exist', ACCOUNT, TOKEN, 404, 20_404],
    ['another account', `AC${'1'.repeat(32)}`, TOKEN, 401, 20_003],
    ['a wrong token', ACCOUNT, 'wrong', 401, 20_003],
  ])('hears of %s in its own terms', async (_what, account, token, status, code) => {
    const client = clientOf(await startFixture(), account, token);
    await expect(client.calls(`CA${'9'.repeat(32)}`).fetch()).rejects.toMatchObject({ status, code });
  });
});

describe('the API like Twilio’s', () => {
  it('gives the call resource with every field of theirs, null where there is nothing to say', async () => {
    const { ask } = await startFixture();
    const answer = await ask(`${PATH}/${SID}.json`, { headers: { authorization: basic(ACCOUNT, TOKEN) } });
    expect(answer.json()).toEqual({
      account_sid: ACCOUNT,
      annotation: null,
      answered_by: null,
      api_version: '2010-04-01',
      caller_name: null,
      date_created: 'Tue, 01 Jan 2030 00:00:00 +0000',
      date_updated: 'Tue, 01 Jan 2030 00:00:02 +0000',
      direction: 'inbound',
      duration: null,
      end_time: null,
      forwarded_from: null,
      from: '+14155551234',
      from_formatted: '(415) 555-1234',
      group_sid: null,
      parent_call_sid: null,
      phone_number_sid: null,
      price: null,
      price_unit: 'USD',
      queue_time: '0',
      sid: SID,
      start_time: 'Tue, 01 Jan 2030 00:00:00 +0000',
      status: 'in-progress',
      subresource_uris: {},
      to: '+14155550199',
      to_formatted: '(415) 555-0199',
      trunk_sid: null,
      uri: `${PATH}/${SID}.json`,
    });
  });

  it('gives a list in the envelope of theirs', async () => {
    const { command } = await startFixture();
    const { calls, ...envelope } = (await command(`${PATH}.json?PageSize=20&Status=in-progress`)).json();
    expect(calls).toHaveLength(1);
    expect(envelope).toEqual({
      end: 0,
      first_page_uri: `${PATH}.json?Status=in-progress&PageSize=20&Page=0`,
      next_page_uri: null,
      page: 0,
      page_size: 20,
      previous_page_uri: null,
      start: 0,
      uri: `${PATH}.json?Status=in-progress&PageSize=20&Page=0`,
    });
  });

  it('lets in the account with the auth token or the token of the trunk, and that token alone', async () => {
    const { ask, host } = await startFixture();
    const statusWith = async (authorization?: string) =>
      (await ask(`${PATH}.json`, { headers: authorization === undefined ? {} : { authorization } })).status;
    expect(await statusWith(basic(ACCOUNT, TOKEN))).toBe(200);
    expect(await statusWith(basic(ACCOUNT, host.token))).toBe(200);
    expect(await statusWith(`Bearer ${host.token}`)).toBe(200);
    for (const wrong of [
      undefined,
      basic(ACCOUNT, ''),
      basic('', TOKEN),
      basic(ACCOUNT, `${TOKEN}x`),
      `Bearer ${TOKEN}`,
      'Basic !',
      `Digest ${TOKEN}`,
    ]) {
      expect(await statusWith(wrong)).toBe(401);
    }
  });

  it('lets nobody in with an auth token where there is none', async () => {
    const { ask, trunk } = await startFixture();
    trunk.config = { ...trunk.config, twilio: { ...trunk.config.twilio, authToken: undefined } };
    for (const password of ['', 'undefined', TOKEN]) {
      const answer = await ask(`${PATH}.json`, { headers: { authorization: basic(ACCOUNT, password) } });
      expect(answer.status).toBe(401);
    }
  });

  it('refuses pages of other origins and other host names, with the right token as well', async () => {
    const fixture = await startFixture();
    const strangers: Record<string, string>[] = [{ origin: 'https://evil.example' }, { host: 'evil.example' }];
    for (const headers of strangers) {
      const answer = await post(fixture, `${PATH}/${SID}.json`, 'Status=completed', headers);
      expect([answer.status, answer.json().code]).toEqual([403, 20_403]);
    }
    expect(fixture.trunk.asked).toEqual([]);
  });

  it.each([
    ['no To', 'From=%2B14155550199&Url=https://a.example', 21_201, "No 'To' number is specified"],
    ['no From', 'To=%2B14155551234&Url=https://a.example', 21_213, "No 'From' number is specified"],
    ['nobody', 'To=nobody&From=%2B14155550199&Url=https://a.example', 21_211, "Invalid 'To' Phone Number: nobody"],
    ['a caller ID that is none', 'To=sip:a@b.test&From=me&Url=https://a.example', 21_212, 'Invalid From Number'],
    ['no document', 'To=%2B14155551234&From=%2B14155550199', 21_205, 'Url parameter is required.'],
    [
      'no URL for a URL',
      'To=%2B14155551234&From=%2B14155550199&Url=ftp://a',
      21_205,
      'Url is not a valid URL: ftp://a',
    ],
    [
      'two documents',
      'To=%2B14155551234&From=%2B14155550199&Url=https://a.example&Twiml=x',
      20_001,
      'Url and Twiml exclude each other',
    ],
    ['an application', 'To=%2B14155551234&From=%2B14155550199&ApplicationSid=AP1', 21_218, 'Invalid ApplicationSid'],
    [
      'a thing unbuilt',
      'To=%2B14155551234&From=%2B14155550199&Url=https://a.example&Record=true',
      20_001,
      'Record is not available',
    ],
    ['a method unknown', 'To=%2B14155551234&From=%2B14155550199&Url=https://a.example&Method=PUT', 20_001, 'Method'],
  ])('refuses a new call with %s', async (_what, body, code, message) => {
    const fixture = await startFixture();
    const answer = await post(fixture, `${PATH}.json`, body);
    expect(answer.status).toBe(400);
    expect(answer.json()).toEqual({
      code,
      message: expect.stringContaining(message),
      more_info: `https://www.twilio.com/docs/errors/${code}`,
      status: 400,
    });
    expect(fixture.trunk.asked).toEqual([]);
  });

  it.each([
    ['nothing to do', '', 'One of Url, Twiml and Status is required'],
    ['two things to do', 'Status=completed&Twiml=x', 'Status and a document exclude each other'],
    ['another status', 'Status=ringing', 'Status'],
  ])('refuses an update with %s', async (_what, body, message) => {
    const fixture = await startFixture();
    const answer = await post(fixture, `${PATH}/${SID}.json`, body);
    expect([answer.status, answer.json().code, answer.json().message]).toEqual([
      400,
      20_001,
      expect.stringContaining(message),
    ]);
    expect(fixture.trunk.asked).toEqual([]);
  });

  it('refuses bodies that are no form, too long, or not UTF-8', async () => {
    const fixture = await startFixture();
    const asked = async (body: string, headers?: Record<string, string>) => {
      const { status, json } = await post(fixture, `${PATH}/${SID}.json`, body, headers);
      return [status, json().code];
    };
    expect(await asked('{}', { 'content-type': 'application/json' })).toEqual([400, 20_001]);
    expect(await asked(`Twiml=${'x'.repeat(1024 * 1024)}`)).toEqual([413, 20_500]);
    const bytes = await fixture.ask(`${PATH}/${SID}.json`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: basic(ACCOUNT, TOKEN) },
      body: Buffer.from([0x54, 0xff]),
    });
    expect(bytes.status).toBe(400);
  });

  it('tells of other resources and methods in the same terms', async () => {
    const { command } = await startFixture();
    const messages = await command(`/2010-04-01/Accounts/${ACCOUNT}/Messages.json`);
    expect(messages.json()).toEqual({
      code: 20_404,
      message: `The requested resource /2010-04-01/Accounts/${ACCOUNT}/Messages.json was not found`,
      more_info: 'https://www.twilio.com/docs/errors/20404',
      status: 404,
    });
    expect((await command(`${PATH}/${SID}`)).status).toBe(404);
    const other = await command(`/2010-04-01/Accounts/AC${'1'.repeat(32)}/Calls.json`);
    expect([other.status, other.json().code]).toEqual([404, 20_404]);
    const removed = await command(`${PATH}/${SID}.json`, 'DELETE');
    expect([removed.status, removed.headers.allow, removed.json().code]).toEqual([405, 'GET, POST', 20_004]);
  });
});
