import { describe, expect, it } from 'vitest';
import { exampleRecord } from '../support/fake-trunk.ts';
import { startFixture } from './host-fixture.ts';

describe("Plivo's paths", () => {
  it('P26 and P31: list calls in pages of 20, with their names', async () => {
    const { command, trunk } = await startFixture();
    const { api_id, meta, objects } = (await command('/v1/Account/MA1/Zentrunk/Call/')).json();
    expect(api_id).toMatch(/^[\da-f-]{36}$/);
    expect(meta).toEqual({
      limit: 20,
      offset: 0,
      total_count: 41,
      next: '/v1/Account/MA1/Zentrunk/Call/?limit=20&offset=20',
      previous: null,
    });
    expect(objects).toEqual([expect.objectContaining({ call_uuid: exampleRecord.id, hangup_cause_code: 4410 })]);
    expect(trunk.asked).toEqual([['slice', { provider: 'plivo', limit: 20, offset: 0 }]]);
    expect((await command(meta.next)).json().meta.previous).toBe('/v1/Account/MA1/Zentrunk/Call/?limit=20&offset=0');
  });

  it('give one call, and 404 for one that is not there', async () => {
    const { command } = await startFixture();
    const call = await command(`/v1/Account/MA1/Zentrunk/Call/${exampleRecord.id}/`);
    expect(call.json()).toMatchObject({ call_uuid: exampleRecord.id, hangup_source: 'customer' });
    expect((await command('/v1/Account/MA1/Zentrunk/Call/none/')).status).toBe(404);
  });

  it('refuse a page of more than 20, and anybody without the token', async () => {
    const { command, ask } = await startFixture();
    expect((await command('/v1/Account/MA1/Zentrunk/Call/?limit=21')).status).toBe(400);
    expect((await command('/v1/Account/MA1/Zentrunk/Call/?offset=-1')).status).toBe(400);
    expect((await ask('/v1/Account/MA1/Zentrunk/Call/')).status).toBe(401);
  });
});

describe("Sinch's paths", () => {
  it('S5: list calls by page and size', async () => {
    const { command, trunk } = await startFixture();
    const list = (await command('/v1/projects/p1/calls?page=3&size=10')).json();
    expect(list).toMatchObject({ page: 3, size: 10, totalPages: 5, totalItems: 41 });
    expect(list.calls[0]).toMatchObject({ callId: exampleRecord.id, projectId: 'p1', referred: false });
    expect(trunk.asked).toEqual([['slice', { provider: 'sinch', offset: 20, limit: 10 }]]);
    expect((await command('/v1/projects/p1/calls?page=0')).status).toBe(400);
  });

  it('know nothing of a call that another profile made', async () => {
    const { command } = await startFixture();
    expect((await command(`/v1/projects/p1/calls/${exampleRecord.id}`)).status).toBe(404);
  });
});

describe('/api/records?format=csv', () => {
  it('gives the same page as CSV', async () => {
    const { command, trunk } = await startFixture();
    const answer = await command('/api/records?format=csv&limit=5');
    expect(answer.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': 'attachment; filename="records.csv"',
    });
    expect(answer.text.split('\r\n')[1]).toContain('record-1,call-0,session-0,original,inbound,+14155551234,Billing');
    expect(trunk.asked).toEqual([['list', { limit: 5 }]]);
  });
});
