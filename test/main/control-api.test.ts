import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { withOpenApi } from '../../src/main/host/api/openapi.ts';
import { json } from '../../src/main/host/exchange.ts';
import { exampleCall, exampleFinding, exampleLadder, exampleLegQuality, exampleRecord } from '../support/fake-trunk.ts';
import { startFixture, type Fixture } from './host-fixture.ts';

describe('/api/calls', () => {
  it('places a call and says where to follow it', async () => {
    const { command, trunk } = await startFixture();
    const placed = await command('/api/calls', 'POST', { from: '+1', to: '+2' });
    expect([placed.status, placed.json(), placed.headers.location]).toEqual([
      201,
      { id: 'call-3' },
      '/api/calls/call-3',
    ]);
    expect(trunk.asked).toEqual([['dial', { from: '+1', to: '+2' }]]);
    expect((await command('/api/calls', 'POST', { from: '+1' })).json()).toEqual({
      error: { code: 'bad-request', message: expect.stringMatching(/^to: /) },
    });
  });

  it('shows live calls, and 404 for one that is not live', async () => {
    const { command } = await startFixture();
    expect((await command('/api/calls')).json()).toEqual({ calls: [exampleCall] });
    expect((await command('/api/calls/call-1')).json()).toEqual(exampleCall);
    expect((await command('/api/calls/call-9')).json()).toEqual({
      error: { code: 'not-found', message: 'There is no live call call-9.' },
    });
  });

  it('hangs up', async () => {
    const { command, trunk } = await startFixture();
    const done = await command('/api/calls/call-1', 'DELETE');
    expect([done.status, done.text]).toEqual([204, '']);
    expect((await command('/api/calls/a%2Fb', 'DELETE')).status).toBe(404);
    expect(trunk.asked).toEqual([
      ['hangUp', 'call-1'],
      ['hangUp', 'a/b'],
    ]);
  });

  it('M17: starts and stops a recording by hand', async () => {
    const { command, trunk } = await startFixture();
    expect((await command('/api/calls/call-1/recording', 'POST', { on: true })).status).toBe(204);
    expect((await command('/api/calls/call-1/recording', 'POST', { on: false })).status).toBe(204);
    expect((await command('/api/calls/call-1/recording', 'POST', {})).status).toBe(400);
    expect(trunk.asked).toEqual([
      ['recordCall', 'call-1', true],
      ['recordCall', 'call-1', false],
    ]);
  });

  it('transfers, and passes a refusal on', async () => {
    const { command, trunk } = await startFixture();
    expect((await command('/api/calls/call-1/transfer', 'POST', { to: '+2' })).status).toBe(202);
    expect(trunk.asked).toEqual([['transfer', 'call-1', '+2']]);
    const refused = await command('/api/calls/call-1/transfer', 'POST', { to: 'refused' });
    expect([refused.status, refused.json()]).toEqual([503, { error: { code: 'unavailable', message: 'Not now.' } }]);
  });
});

describe('/api/calls/{id}/findings', () => {
  it('D5: gives what diagnosis found, and 404 where there is no trace', async () => {
    const { command } = await startFixture();
    expect((await command('/api/calls/call-0/findings')).json()).toEqual({ findings: [exampleFinding] });
    expect((await command('/api/calls/call-9/findings')).status).toBe(404);
  });
});

describe('/api/records', () => {
  it('passes its filters on, and refuses those that make no sense', async () => {
    const { command, trunk } = await startFixture();
    const page = await command('/api/records?limit=5&number=%2B1&since=1000&cursor=abc');
    expect(page.json()).toEqual({ records: [exampleRecord] });
    expect(trunk.asked).toEqual([['list', { limit: 5, number: '+1', since: 1000, cursor: 'abc' }]]);
    for (const query of ['limit=0', 'limit=many', 'since=yesterday', 'cursor=wrong', 'nmber=1']) {
      expect([query, (await command(`/api/records?${query}`)).status]).toEqual([query, 400]);
    }
  });
});

describe('/api/calls/{id}/trace', () => {
  it('gives JSON, text or Mermaid', async () => {
    const { command } = await startFixture();
    expect((await command('/api/calls/call-0/trace')).json()).toEqual(exampleLadder);
    const text = await command('/api/calls/call-0/trace?format=text');
    expect(text.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(text.text).toContain('INVITE');
    expect((await command('/api/calls/call-0/trace?format=mermaid')).text).toContain('sequenceDiagram');
  });

  it('says plainly that pcap is not there, and what is wrong with anything else', async () => {
    const { command } = await startFixture();
    const pcap = await command('/api/calls/call-0/trace?format=pcap');
    expect([pcap.status, pcap.json().error.code]).toEqual([501, 'not-implemented']);
    expect((await command('/api/calls/call-0/trace?format=pdf')).status).toBe(400);
    expect((await command('/api/calls/call-9/trace')).status).toBe(404);
  });
});

describe('/api/events', () => {
  it('streams events under their public names until the reader goes', async () => {
    const { trunk, stream } = await withStream();
    const { response, text } = await stream();
    expect(response.headers['content-type']).toBe('text/event-stream');
    trunk.emit({ type: 'callChanged', call: exampleCall });
    trunk.emit({ type: 'recordAdded', record: exampleRecord });
    await vi.waitFor(() => expect(text()).toContain('record-1'));
    const events = text()
      .split('\n\n')
      .filter((block) => block.startsWith('event:'))
      .map((block) => block.split('\n'));
    expect(events.map(([name]) => name)).toEqual(['event: call', 'event: record']);
    expect(JSON.parse(events[1]?.[1]?.replace('data: ', '') ?? '')).toEqual({ event: 'record', record: exampleRecord });
  });

  it('keeps a quiet stream alive with comments, and stops its timer with the stream', async () => {
    const { clock, stream } = await withStream();
    const { response, text } = await stream();
    const before = text().length;
    clock.advance(15_000);
    await vi.waitFor(() => expect(text().length).toBeGreaterThan(before));
    response.destroy();
    await vi.waitFor(() => expect(clock.pending).toBe(0));
  });

  it('cuts off a reader that does not read', async () => {
    const { trunk, stream } = await withStream();
    const { response } = await stream();
    response.pause();
    const big = { ...exampleRecord, fromName: 'x'.repeat(500_000) };
    const cut = once(response, 'close');
    for (let sent = 0; sent < 60; sent += 1) {
      trunk.emit({ type: 'recordAdded', record: big });
      await new Promise(setImmediate);
    }
    response.resume();
    await cut.catch((error: Error) => expect(error.message).toBe('aborted'));
    expect(response.complete).toBe(false);
  });

  it('needs the token', async () => {
    const { ask } = await startFixture();
    expect((await ask('/api/events')).status).toBe(401);
  });
});

describe('/api/calls/{id}/quality', () => {
  it('M2: tells how each leg is heard, and 404 for a call of which nothing is known', async () => {
    const { command, trunk } = await startFixture();
    const report = { callId: 'call-1', live: true, legs: [exampleLegQuality] };
    trunk.qualities.set('call-1', report);
    expect((await command('/api/calls/call-1/quality')).json()).toEqual(report);
    expect((await command('/api/calls/call-2/quality')).status).toBe(404);
  });
});

describe('/healthz and /metrics', () => {
  it('tell without a token whether the trunk runs', async () => {
    const { ask, trunk } = await startFixture();
    expect((await ask('/healthz')).json()).toEqual({ status: 'running' });
    trunk.state = 'failed';
    expect((await ask('/healthz')).status).toBe(503);
  });

  it('count calls once and records each', async () => {
    const { command, ask, trunk, clock } = await startFixture();
    trunk.emit({ type: 'callChanged', call: exampleCall });
    trunk.emit({ type: 'callChanged', call: { ...exampleCall, state: 'ended' } });
    trunk.emit({ type: 'callChanged', call: { ...exampleCall, id: 'call-2' } });
    trunk.emit({ type: 'recordAdded', record: exampleRecord });
    clock.advance(2_500);
    const values = (await command('/metrics')).text.split('\n').filter((line) => line && !line.startsWith('#'));
    expect(values).toEqual([
      'patchcord_calls_live 1',
      'patchcord_calls_total 2',
      'patchcord_records_total 1',
      'patchcord_uptime_seconds 2.5',
      'patchcord_rtp_received_packets_total 0',
      'patchcord_rtp_lost_packets_total 0',
      ...['2', '2.5', '3', '3.5', '4', '4.2', '+Inf'].map((le) => `patchcord_leg_mos_bucket{le="${le}"} 0`),
      'patchcord_leg_mos_sum 0',
      'patchcord_leg_mos_count 0',
    ]);
    expect((await ask('/metrics')).status).toBe(401);
  });

  it('M2: tell how well legs were heard, by a fixed number of series', async () => {
    const { command, trunk } = await startFixture();
    trunk.sums.add([exampleLegQuality, { ...exampleLegQuality, mos: 2.2 }]);
    for (let n = 0; n < 3; n += 1) trunk.sums.began('jitter', 'network-in');
    trunk.sums.lasting([['jitter', 'network-in']]);
    const { text } = await command('/metrics');
    expect(text).toContain('patchcord_leg_mos_bucket{le="2.5"} 1\n');
    expect(text).toContain('patchcord_leg_mos_bucket{le="+Inf"} 2\n');
    expect(text).toContain('patchcord_rtp_lost_packets_total 20\n');
    expect(text).toContain('patchcord_quality_warnings{name="jitter",side="network-in"} 1\n');
    expect(text).toContain('patchcord_quality_warnings_total{name="jitter",side="network-in"} 3\n');
  });

  it('make no picture of any call for /metrics, and nothing at all for who has no token', async () => {
    const { command, ask, trunk } = await startFixture();
    trunk.calls = () => expect.unreachable();
    const counted = vi.spyOn(trunk, 'callCount');
    for (const target of ['/metrics', '/api/openapi.json']) expect((await ask(target)).status).toBe(401);
    expect(counted).not.toHaveBeenCalled();
    expect((await command('/metrics')).status).toBe(200);
  });
});

describe('/api/openapi.json', () => {
  it('is written once, for whoever asks first', () => {
    let looks = 0;
    const described = { method: 'GET', path: '/x', replies: {}, handle: () => json('x') } as const;
    const summed = Object.defineProperty({ ...described, summary: '' }, 'summary', { get: () => String((looks += 1)) });
    const document = withOpenApi([summed], '1.2.3').at(-1)!;
    const [first, second] = [1, 2].map(() => document.handle({} as Parameters<typeof document.handle>[0]));
    expect(first).toMatchObject({ status: 200, body: expect.stringContaining('"summary":"1"') });
    expect(second).toBe(first);
    expect(looks).toBe(1);
  });

  it('describes every route with its schemas, and which of them need no token', async () => {
    const { command } = await startFixture();
    const document = (await command('/api/openapi.json')).json();
    expect(document.info).toEqual({ title: 'Patchcord control API', version: '1.2.3' });
    expect(Object.keys(document.paths).toSorted()).toEqual([
      '/2010-04-01/Accounts/{AccountSid}/Calls.json',
      '/2010-04-01/Accounts/{AccountSid}/Calls/{CallSid}.json',
      '/api/calls',
      '/api/calls/{id}',
      '/api/calls/{id}/findings',
      '/api/calls/{id}/quality',
      '/api/calls/{id}/recording',
      '/api/calls/{id}/trace',
      '/api/calls/{id}/transfer',
      '/api/calls/{id}/twiml',
      '/api/events',
      '/api/notices',
      '/api/openapi.json',
      '/api/records',
      '/api/records/{id}/recording',
      '/api/webhooks',
      '/api/webhooks/{id}',
      '/api/webhooks/{id}/replay',
      '/contract/{command}',
      '/healthz',
      '/metrics',
      '/v1/Account/{auth_id}/Zentrunk/Call/',
      '/v1/Account/{auth_id}/Zentrunk/Call/{call_uuid}/',
      '/v1/projects/{projectId}/calls',
      '/v1/projects/{projectId}/calls/{callId}',
    ]);
    const place = document.paths['/api/calls'].post;
    expect(place.requestBody.content['application/json'].schema.required).toEqual(['from', 'to']);
    expect(place.responses['201'].content['application/json'].schema.properties.id.type).toBe('string');
    const names = document.paths['/api/records'].get.parameters.map(({ name }: { name: string }) => name);
    expect(names).toEqual(['limit', 'cursor', 'number', 'since', 'format']);
    const format = document.paths['/api/calls/{id}/trace'].get.parameters[1];
    expect(format).toMatchObject({ name: 'format', in: 'query', required: false, schema: { default: 'json' } });
    expect(document.paths['/healthz'].get.security).toEqual([]);
    expect(place.security).toBeUndefined();
    const twiml = document.paths['/api/calls/{id}/twiml'].post.requestBody.content;
    expect(Object.keys(twiml)).toEqual(['application/json', 'application/xml', 'text/xml']);
    expect(twiml['text/xml'].schema).toEqual({ type: 'string' });
    const update = document.paths['/2010-04-01/Accounts/{AccountSid}/Calls/{CallSid}.json'].post;
    expect(update.security).toEqual([{ account: [] }, { token: [] }]);
    expect(Object.keys(update.requestBody.content)).toEqual(['application/x-www-form-urlencoded']);
  });
});

describe('the end of a host', () => {
  it('stops the trunk and closes every connection', async () => {
    const { host, trunk, port } = await startFixture();
    const idle = get({ port, host: '127.0.0.1', path: '/api/events', headers: bearer(host.token) });
    idle.on('error', () => {});
    const [response] = (await once(idle, 'response')) as [IncomingMessage];
    const cut = once(response, 'close').catch(() => {});
    await host.stop();
    await cut;
    expect([trunk.stopped, trunk.listenerCount]).toEqual([true, 0]);
    await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow();
  });

  it('comes within 2.5 s when the trunk hangs', async () => {
    const { host, trunk, clock } = await startFixture();
    trunk.stopping = new Promise(() => {});
    const stopped = host.stop();
    await clock.advanceAsync(2_500);
    await stopped;
    expect(trunk.stopped).toBe(false);
  });

  it('is final for a port in use: the error names the address, and the second trunk never starts', async () => {
    const { port } = await startFixture();
    let started = false;
    const second = startFixture({
      listen: { host: '127.0.0.1', port },
      startTrunk: async () => {
        started = true;
        throw new Error('unreachable');
      },
    });
    await expect(second).rejects.toMatchObject({
      name: 'HttpPortInUse',
      message: `HTTP address 127.0.0.1:${port} is already in use`,
    });
    expect(started).toBe(false);
  });
});

async function withStream(): Promise<
  Fixture & { stream(): Promise<{ response: IncomingMessage; text: () => string }> }
> {
  const fixture = await startFixture();
  return {
    ...fixture,
    async stream() {
      const request = get({
        port: fixture.port,
        host: '127.0.0.1',
        path: '/api/events',
        headers: bearer(fixture.host.token),
      });
      onTestFinished(() => void request.destroy());
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('error', () => {});
      return { response, text: () => text };
    },
  };
}

function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}
