/** `/api/webhooks`, `/api/notices` and `/api/calls/{id}/twiml`, and the same as commands of the console. */
import { describe, expect, it } from 'vitest';
import { httpClient } from '../../src/contract/http-client.ts';
import { exampleNotice, exampleWebhook } from '../support/fake-trunk.ts';
import { startFixture, type Answer, type Fixture } from './host-fixture.ts';

const DOCUMENT = '<Response><Say>Hello</Say></Response>';

function twiml({ ask, host }: Fixture, type: string, body: string | Buffer, id = 'call-1'): Promise<Answer> {
  return ask(`/api/calls/${id}/twiml`, {
    method: 'POST',
    headers: { authorization: `Bearer ${host.token}`, 'content-type': type },
    body,
  });
}

describe('POST /api/calls/{id}/twiml', () => {
  it('T1: runs a document that is sent as XML or in JSON, and one at a URL', async () => {
    const fixture = await startFixture();
    for (const type of ['application/xml', 'text/xml; charset=utf-8', 'Application/XML']) {
      expect((await twiml(fixture, type, DOCUMENT)).status).toBe(202);
    }
    expect((await twiml(fixture, 'application/json', JSON.stringify({ xml: DOCUMENT }))).status).toBe(202);
    expect((await twiml(fixture, 'application/json', '{"url":"/next","method":"GET"}')).status).toBe(202);
    expect(fixture.trunk.asked).toEqual([
      ...Array.from({ length: 4 }, () => ['runTwiml', 'call-1', { xml: DOCUMENT }]),
      ['runTwiml', 'call-1', { url: '/next', method: 'GET' }],
    ]);
  });

  it.each([
    ['no document', 'application/json', '{}', 400],
    ['two of them', 'application/json', '{"url":"/a","xml":"<a/>"}', 400],
    ['another method', 'application/json', '{"url":"/a","method":"PUT"}', 400],
    ['an empty document', 'text/xml', '', 400],
    ['something that is not UTF-8', 'text/xml', Buffer.from([0x3c, 0xff]), 400],
    ['a form', 'application/x-www-form-urlencoded', 'Url=/a', 400],
    ['more than a megabyte', 'text/xml', 'x'.repeat(1024 * 1024 + 1), 413],
  ])('refuses %s', async (_what, type, body, status) => {
    const fixture = await startFixture();
    expect((await twiml(fixture, type, body)).status).toBe(status);
    expect(fixture.trunk.asked).toEqual([]);
  });

  it('says what is wrong with the document, and that there is no such call', async () => {
    const fixture = await startFixture();
    const wrong = await twiml(fixture, 'text/xml', '<Response><Enqueue/></Response>');
    expect([wrong.status, wrong.json().error.message]).toEqual([400, 'line 1: <Enqueue> is not available.']);
    expect((await twiml(fixture, 'text/xml', DOCUMENT, 'none')).status).toBe(404);
  });
});

describe('the inspector', () => {
  it('lists the requests, shows one, and sends it again', async () => {
    const { command } = await startFixture();
    expect((await command('/api/webhooks')).json()).toEqual({ webhooks: [exampleWebhook] });
    expect((await command('/api/webhooks?limit=0')).status).toBe(400);
    expect((await command('/api/webhooks/webhook-1')).json()).toEqual(exampleWebhook);
    expect((await command('/api/webhooks/none')).status).toBe(404);
    const again = await command('/api/webhooks/webhook-1/replay', 'POST');
    expect([again.status, again.json()]).toEqual([200, { ...exampleWebhook, id: 'webhook-2', why: 'replay' }]);
    expect((await command('/api/webhooks/none/replay', 'POST')).status).toBe(404);
    expect((await command('/api/notices')).json()).toEqual({ notices: [exampleNotice] });
  });

  it.each(['/api/webhooks', '/api/webhooks/webhook-1', '/api/notices'])('shows %s to nobody else', async (path) => {
    const { ask } = await startFixture();
    expect((await ask(path)).status).toBe(401);
  });

  it('is open to the console by commands and events', async () => {
    const { host, trunk } = await startFixture();
    const client = httpClient({ base: host.url, token: host.token });
    expect(await client.send('webhooks.list', {})).toEqual({ webhooks: [exampleWebhook] });
    expect(await client.send('webhook.replay', { id: 'webhook-1' })).toMatchObject({ webhook: { why: 'replay' } });
    await expect(client.send('webhook.replay', { id: 'none' })).rejects.toMatchObject({ code: 'not-found' });
    expect(await client.send('notices.list', { limit: 5 })).toEqual({ notices: [exampleNotice] });
    expect(await client.send('call.twiml', { callId: 'call-1', source: { xml: DOCUMENT } })).toEqual({});
    expect(trunk.asked).toEqual([['runTwiml', 'call-1', { xml: DOCUMENT }]]);
    const heard = Promise.withResolvers<unknown>();
    client.onEvent(heard.resolve);
    client.onLink((state) => {
      if (state === 'connected') trunk.emit({ type: 'webhookFinished', exchange: exampleWebhook });
    });
    expect(await heard.promise).toEqual({ type: 'webhookFinished', exchange: exampleWebhook });
    client.close();
  });
});
