import { describe, expect, it } from 'vitest';
import twilio from 'twilio';
import { Application, ask, makeClient, TWIML } from './web.ts';

const parameters = [
  ['CallSid', 'CA0123456789abcdef0123456789abcdef'],
  ['From', '+14155550123'],
  ['To', 'sip:agent@example.com'],
  ['CallerName', 'Zo\u00EB & \u201CCo\u201D =100% \u{1F4DE}'],
  ['Digits', '1*#'],
] as const;

describe('a request', () => {
  it('by POST carries its parameters as a form', async () => {
    await using application = await Application.start();
    const { client, clock, exchanges } = makeClient();
    const result = await client.request(
      ask(application.url('/voice?keep=a%20b'), { parameters, callId: 'c1', callSid: 'CA1' }),
    );
    expect(result).toMatchObject({
      ok: true,
      value: { status: 200, contentType: 'text/xml', finalUrl: application.url('/voice?keep=a%20b') },
    });
    expect(result.ok && Buffer.from(result.value.body).toString()).toBe(TWIML);

    const [asked] = application.asked;
    expect(asked).toMatchObject({ method: 'POST', path: '/voice?keep=a%20b' });
    expect(asked!.headers).toMatchObject({
      'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
      'user-agent': 'TwilioProxy/1.1',
      accept: '*/*',
      'accept-encoding': 'identity',
      host: `127.0.0.1:${application.port}`,
      'i-twilio-idempotency-token': 'exchange-1',
    });
    expect([...new URLSearchParams(asked!.body)]).toEqual(parameters);
    expect(exchanges).toEqual([
      {
        id: 'exchange-1',
        at: clock.wall(),
        callId: 'c1',
        callSid: 'CA1',
        why: 'voice-url',
        method: 'POST',
        url: application.url('/voice?keep=a%20b').href,
        parameters,
        signed: false,
        attempts: 1,
        redirects: [],
        ms: 0,
        response: { status: 200, contentType: 'text/xml', body: TWIML, truncated: false },
      },
    ]);
  });

  it('by GET puts them behind the query that is there, which stays as it was written', async () => {
    await using application = await Application.start();
    const { client } = makeClient();
    await client.request(ask(application.url("/voice?x=a%20b&y='1'"), { method: 'GET', parameters }));
    const [asked] = application.asked;
    expect(asked).toMatchObject({ method: 'GET', body: '' });
    expect(asked!.path).toMatch(/^\/voice\?x=a%20b&y=%271%27&CallSid=CA/);
    expect([...new URLSearchParams(asked!.path.split('?')[1])].slice(2)).toEqual(parameters);
    expect(asked!.headers).not.toHaveProperty('content-type');
  });

  it('leaves a fragment out', async () => {
    await using application = await Application.start();
    const { client, exchanges } = makeClient();
    await client.request(ask(`${application.url('/voice').href}#rc=2`));
    expect(application.asked[0]!.path).toBe('/voice');
    expect(exchanges[0]!.url).toBe(application.url('/voice').href);
  });

  it('resolves relative URLs of a document from where the document came', async () => {
    await using application = await Application.start((asked, response) => {
      if (asked.path === '/old/voice') response.writeHead(302, { Location: '/new/voice?a=1' }).end();
      else response.writeHead(200, { 'Content-Type': 'text/xml' }).end(TWIML);
    });
    const { client } = makeClient();
    const first = await client.request(ask(application.url('/old/voice')));
    const base = first.ok ? first.value.finalUrl : undefined;
    await client.request(ask(new URL('after?x=1', base), { why: 'action' }));
    expect(application.asked.map(({ path }) => path)).toEqual(['/old/voice', '/new/voice?a=1', '/new/after?x=1']);
  });

  it('leaves no connection and no timer behind', async () => {
    await using application = await Application.start();
    const { client, clock } = makeClient();
    await Promise.all(Array.from({ length: 20 }, () => client.request(ask(application.url()))));
    expect(clock.pending).toBe(0);
    await expect.poll(() => application.connections).toBe(0);
  });

  it('hands over the request as it was, for sending it again', async () => {
    await using application = await Application.start();
    const { client, requests } = makeClient();
    const request = ask(`http://u:secret@127.0.0.1:${application.port}/voice`, { parameters });
    await client.request(request);
    await client.request({ ...requests[0]!, why: 'replay' });
    expect(application.asked).toHaveLength(2);
    expect(application.asked[1]!.body).toBe(application.asked[0]!.body);
    expect(application.asked[1]!.headers.authorization).toBe(application.asked[0]!.headers.authorization);
  });
});

describe('X-Twilio-Signature', () => {
  const token = '12345678901234567890123456789012';

  it.each(['/voice', '/voice?foo=1&bar=a%20b+c', "/v%C3%B6ice/?q=it's", '/'])(
    'is valid to the twilio package for POST %s',
    async (path) => {
      await using application = await Application.start();
      const { client, exchanges } = makeClient({ authToken: () => token });
      await client.request(ask(application.url(path), { parameters }));
      const [asked] = application.asked;
      const signature = String(asked!.headers['x-twilio-signature']);
      const url = `http://${asked!.headers.host}${asked!.path}`;
      const form = Object.fromEntries(new URLSearchParams(asked!.body));
      expect(twilio.validateRequest(token, signature, url, form)).toBe(true);
      expect(twilio.validateRequest(`${token}x`, signature, url, form)).toBe(false);
      expect(twilio.validateRequest(token, signature, url, { ...form, Digits: '2' })).toBe(false);
      expect(exchanges[0]!.signed).toBe(true);
    },
  );

  it.each(['/voice', '/voice?foo=1&bar=a%20b+c', "/voice?q=it's"])(
    'is valid to the twilio package for GET %s',
    async (path) => {
      await using application = await Application.start();
      const { client } = makeClient({ authToken: () => token });
      await client.request(ask(application.url(path), { method: 'GET', parameters }));
      const [asked] = application.asked;
      const url = `http://${asked!.headers.host}${asked!.path}`;
      expect(twilio.validateRequest(token, String(asked!.headers['x-twilio-signature']), url, {})).toBe(true);
      expect(twilio.validateRequest(token, String(asked!.headers['x-twilio-signature']), `${url}1`, {})).toBe(false);
    },
  );

  it('is valid when a name comes twice, as the package reads forms', async () => {
    await using application = await Application.start();
    const { client } = makeClient({ authToken: () => token });
    const twice = [
      ['Tag', 'b'],
      ['Tag', 'a'],
      ['Tag', 'b'],
      ['A', '1'],
    ] as const;
    await client.request(ask(application.url(), { parameters: twice }));
    const [asked] = application.asked;
    const url = `http://${asked!.headers.host}${asked!.path}`;
    const signature = String(asked!.headers['x-twilio-signature']);
    expect(twilio.validateRequest(token, signature, url, { Tag: ['b', 'a', 'b'], A: '1' })).toBe(true);
  });

  it('is made anew for each redirect', async () => {
    await using application = await Application.start((asked, response) => {
      if (asked.path === '/a') response.writeHead(307, { Location: '/b' }).end();
      else response.writeHead(200, { 'Content-Type': 'text/xml' }).end(TWIML);
    });
    const { client } = makeClient({ authToken: () => token });
    await client.request(ask(application.url('/a'), { parameters }));
    for (const { headers, path, body } of application.asked) {
      const form = Object.fromEntries(new URLSearchParams(body));
      const signature = String(headers['x-twilio-signature']);
      expect(twilio.validateRequest(token, signature, `http://${headers.host}${path}`, form)).toBe(true);
    }
    expect(application.asked.map(({ path }) => path)).toEqual(['/a', '/b']);
  });

  it('is left out without a token', async () => {
    await using application = await Application.start();
    await makeClient().client.request(ask(application.url()));
    expect(application.asked[0]!.headers).not.toHaveProperty('x-twilio-signature');
  });
});

describe('credentials in a URL', () => {
  it('are sent as Basic and shown nowhere', async () => {
    await using application = await Application.start((asked, response) => {
      if (asked.path === '/a')
        response.writeHead(303, { Location: `http://second:s3cret@127.0.0.1:${application.port}/b` }).end();
      else response.writeHead(500, { 'Content-Type': 'text/plain' }).end('no');
    });
    const told: object[] = [];
    const log = { debug: push, info: push, warn: push, error: push, child: () => log };
    function push(fields: object, message: string): void {
      told.push({ ...fields, message });
    }
    const { client, exchanges } = makeClient({ log });
    const result = await client.request(ask(`http://us%40er:pa%3Ass@127.0.0.1:${application.port}/a`));
    expect(application.asked.map(({ headers }) => headers.authorization)).toEqual([
      `Basic ${Buffer.from('us@er:pa:ss').toString('base64')}`,
      `Basic ${Buffer.from('second:s3cret').toString('base64')}`,
    ]);
    expect(exchanges[0]).toMatchObject({
      url: `http://***@127.0.0.1:${application.port}/a`,
      redirects: [`http://***@127.0.0.1:${application.port}/b`],
    });
    expect(told).toHaveLength(1);
    expect(JSON.stringify([exchanges, told, result])).not.toMatch(/us%40er|us@er|pa%3Ass|pa:ss|s3cret|second/);
  });

  it('stay with a redirect on the same server and do not follow one to another', async () => {
    await using other = await Application.start();
    await using application = await Application.start((asked, response) => {
      const to = asked.path === '/a' ? '/b' : other.url('/c').href;
      response.writeHead(302, { Location: to }).end();
    });
    await makeClient().client.request(ask(`http://u:p@127.0.0.1:${application.port}/a`));
    expect(application.asked.map(({ headers }) => headers.authorization)).toEqual(['Basic dTpw', 'Basic dTpw']);
    expect(other.asked).toHaveLength(1);
    expect(other.asked[0]!.headers).not.toHaveProperty('authorization');
  });
});
