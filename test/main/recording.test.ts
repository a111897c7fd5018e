import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { rangeOf } from '../../src/main/host/recording-file.ts';
import { startFixture, type Fixture } from './host-fixture.ts';

/** A host whose record `leg` has a recording of `size` bytes. */
async function withRecording(size: number): Promise<Fixture & { bytes: Buffer; file: string }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'patchcord-recording-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = path.join(folder, 'leg.wav');
  const bytes = Buffer.from(Array.from({ length: size }, (_, index) => 32 + (index % 90)));
  await writeFile(file, bytes);
  const fixture = await startFixture();
  fixture.trunk.recordings.set('leg', file);
  return { ...fixture, bytes, file };
}

const URL_OF_LEG = '/api/records/leg/recording';

describe('P28: GET /api/records/{id}/recording', () => {
  it('gives the whole file, to the holder of the token only', async () => {
    const { command, ask, bytes } = await withRecording(1000);
    const { status, headers, text } = await command(URL_OF_LEG);
    expect([status, headers['content-type'], headers['content-length'], headers['accept-ranges']]).toEqual([
      200,
      'audio/wav',
      '1000',
      'bytes',
    ]);
    expect(text).toBe(bytes.toString());
    expect((await ask(URL_OF_LEG)).status).toBe(401);
  });

  it('gives a part, so that a player can jump', async () => {
    const { host, ask, bytes } = await withRecording(1000);
    const part = (range: string, method = 'GET') =>
      ask(URL_OF_LEG, { method, headers: { authorization: `Bearer ${host.token}`, range } });
    const middle = await part('bytes=100-199');
    expect([middle.status, middle.headers['content-range'], middle.text]).toEqual([
      206,
      'bytes 100-199/1000',
      bytes.toString('utf8', 100, 200),
    ]);
    expect((await part('bytes=990-')).text).toBe(bytes.toString('utf8', 990));
    expect((await part('bytes=-10')).text).toBe(bytes.toString('utf8', 990));
    const head = await part('bytes=0-9', 'HEAD');
    expect([head.status, head.headers['content-length'], head.text]).toEqual([206, '10', '']);
    const beyond = await part('bytes=1000-');
    expect([beyond.status, beyond.headers['content-range']]).toEqual([416, 'bytes */1000']);
  });

  it('says 404 for a record without one, for one whose file is gone, and for a path that is none', async () => {
    const { command, file } = await withRecording(10);
    expect((await command('/api/records/other/recording')).json()).toEqual({
      error: { code: 'not-found', message: 'There is no recording of the record other.' },
    });
    expect((await command('/api/records/..%2Fsecret/recording')).status).toBe(404);
    await rm(file);
    expect((await command(URL_OF_LEG)).status).toBe(404);
  });
});

describe('DELETE /api/records/{id}/recording', () => {
  it('deletes it, for the holder of the token only', async () => {
    const { command, ask, trunk } = await withRecording(10);
    expect((await ask(URL_OF_LEG, { method: 'DELETE' })).status).toBe(401);
    expect(trunk.recordings.size).toBe(1);
    expect((await command(URL_OF_LEG, 'DELETE')).status).toBe(204);
    expect((await command(URL_OF_LEG)).status).toBe(404);
    expect((await command(URL_OF_LEG, 'DELETE')).status).toBe(404);
  });

  it('is a command of the contract as well', async () => {
    const { host } = await withRecording(10);
    expect(await host.run('recording.delete', { recordId: 'leg' })).toEqual({ ok: true, reply: {} });
    expect(await host.run('recording.delete', { recordId: 'leg' })).toMatchObject({ error: { code: 'not-found' } });
  });
});

it.each([
  [undefined, undefined],
  ['bytes=0-0', { first: 0, last: 0 }],
  ['bytes=5-', { first: 5, last: 9 }],
  ['bytes=-3', { first: 7, last: 9 }],
  ['bytes=-30', { first: 0, last: 9 }],
  ['bytes=8-99', { first: 8, last: 9 }],
  ['bytes=10-', 'unsatisfiable'],
  ['bytes=-0', 'unsatisfiable'],
  ['bytes=5-4', undefined],
  ['bytes=0-1,4-5', undefined],
  ['bytes=-', undefined],
  ['seconds=1-2', undefined],
  ['bytes=a-b', undefined],
])('of ten bytes, the Range field %j means %j', (field, range) => {
  expect(rangeOf(field, 10)).toEqual(range);
});

it('P28: the contract gives a recording part by part, as fast as one asks', async () => {
  const { host, bytes } = await withRecording(1024 * 1024 + 10);
  const read = (recordId: string, offset: number) => host.run('recording.read', { recordId, offset });
  const first = await read('leg', 0);
  const rest = await read('leg', 1024 * 1024);
  const parts = [first, rest].map((outcome) => {
    if (!outcome.ok) throw new Error(outcome.error.message);
    const { size, base64 } = outcome.reply as { size: number; base64: string };
    expect(size).toBe(bytes.length);
    return Buffer.from(base64, 'base64');
  });
  expect(Buffer.concat(parts).equals(bytes)).toBe(true);
  expect(await read('leg', bytes.length)).toEqual({ ok: true, reply: { size: bytes.length, base64: '' } });
  expect(await read('other', 0)).toMatchObject({ ok: false, error: { code: 'not-found' } });
  expect(await read('leg', -1)).toMatchObject({ ok: false, error: { code: 'bad-request' } });
});
