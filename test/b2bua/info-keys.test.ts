import { beforeEach, describe, expect, it, vi } from 'vitest';
import { keyOfEvent } from '../../src/core/rtp/dtmf.ts';
import { Presses } from '../../src/core/rtp/presses.ts';
import type { Session } from '../../src/core/ua/session.ts';
import type { FakeMediaSession } from '../support/fake-media.ts';
import { startScene, type Scene } from '../support/scene.ts';

let scene: Scene;

beforeEach(async () => {
  scene = await startScene();
});

/** Sends INFO. @returns where its status will be */
function info(session: Session, type: string, body: string): number[] {
  const statuses: number[] = [];
  session.request(
    'INFO',
    [['Content-Type', type]],
    { response: ({ status }) => statuses.push(status), timeout() {}, transportError() {} },
    new TextEncoder().encode(body),
  );
  return statuses;
}

/** The keys that a leg is sent, with how long they last and when they began, in milliseconds. */
function keysFor(media: FakeMediaSession): { key: string; ms: number; at: number }[] {
  const keys: { key: string; ms: number; at: number }[] = [];
  const presses = new Presses();
  const write = media.write.bind(media);
  vi.spyOn(media, 'write').mockImplementation((frame) => {
    write(frame);
    if (frame.kind !== 'dtmf') return;
    if (presses.begins(frame)) keys.push({ key: keyOfEvent(frame.event)!, ms: 0, at: scene.clock.now() });
    keys.at(-1)!.ms = frame.duration / 8;
  });
  return keys;
}

describe('keys by INFO in a call of two', () => {
  it('W13: reach the other leg as events, in order, however fast they come', async () => {
    const { endpoint, caller } = await scene.inbound();
    const [callers, endpoints] = scene.media.sessions as [FakeMediaSession, FakeMediaSession];
    const [toCaller, toEndpoint] = [keysFor(callers), keysFor(endpoints)];
    const sent = [
      info(endpoint, 'application/dtmf-relay', 'Signal=1\r\nDuration=100\r\n'),
      info(endpoint, 'application/dtmf-relay', 'Signal=1\r\nDuration=400\r\n'),
      info(endpoint, 'application/dtmf', '#'),
    ];
    await scene.run(50);
    const back = info(caller, 'application/dtmf', '*');
    await scene.run(2000);
    expect([...sent, back]).toEqual([[200], [200], [200], [200]]);
    expect(toCaller.map(({ key, ms }) => [key, ms])).toEqual([
      ['1', 100],
      ['1', 400],
      ['#', 160],
    ]);
    expect(toEndpoint.map(({ key }) => key)).toEqual(['*']);
    const [first, second] = toCaller as [(typeof toCaller)[0], (typeof toCaller)[0]];
    expect(second.at - first.at).toBeGreaterThanOrEqual(100 + 40);
  });

  it('W13: go where the sound goes: to nobody on hold, and nowhere after the end', async () => {
    const { endpoint, caller } = await scene.inbound();
    const toCaller = keysFor(scene.media.sessions[0]!);
    void caller.offer('inactive');
    await scene.run(50);
    const held = info(endpoint, 'application/dtmf', '5');
    await scene.run(500);
    expect([held, toCaller]).toEqual([[200], []]);
    void caller.offer('sendrecv');
    await scene.run(50);
    for (const key of '12345678') info(endpoint, 'application/dtmf', key);
    await scene.run(400);
    caller.hangUp();
    await scene.run(5000);
    expect(toCaller.length).toBeLessThan(3);
  });

  it('W13: what is no key, and what nobody takes, is refused, and the call goes on', async () => {
    const { endpoint, call } = await scene.inbound();
    const toCaller = keysFor(scene.media.sessions[0]!);
    const statuses = [
      info(endpoint, 'application/dtmf-relay', 'Signal=\r\n'),
      info(endpoint, 'application/media_control+xml', '<media_control/>'),
    ];
    await scene.run(500);
    expect([statuses, toCaller]).toEqual([[[400], [415]], []]);
    expect(call().state).toBe('answered');
  });
});
