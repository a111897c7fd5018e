/** A simulated phone whose call cannot begin: no phone, no media and no session stays. */
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Behaviour } from '../../src/nouns/directory.ts';
import { silent } from '../../src/core/log/logger.ts';
import { silence } from '../../src/core/media/sound.ts';
import { PartyHost } from '../../src/core/parties/host.ts';
import { RealClock } from '../../src/core/time/real-clock.ts';
import { createIds } from '../../src/core/ua/ids.ts';
import { plainUser } from '../support/exchange.ts';
import { fakeMedia, type Attempt, type FakeMediaFactory } from '../support/fake-media.ts';

const DANA = '+14155550142';
const odd = new TypeError('undefined is not a function');
const party = (behaviour: Behaviour = 'answer') => ({ number: DANA, name: 'Dana', behaviour, afterMs: 0 });

let media: FakeMediaFactory;
let host: PartyHost;

beforeEach(async () => {
  media = fakeMedia();
  host = new PartyHost({
    clock: new RealClock(),
    log: silent,
    ids: createIds((bytes) => randomBytes(bytes).toString('hex')),
    media,
    domain: 'demo.zt.patchcord.test',
    host: '127.0.0.1',
    party: () => party(),
    transferTarget: () => undefined,
    lines: () => [silence],
    ssrc: () => 1,
  });
  await host.start();
});

afterEach(() => host.close());

function expectNothingLeft(): void {
  expect([...host.phones]).toEqual([]);
  expect(media.sessions.filter(({ closed }) => !closed)).toEqual([]);
  expect([...host.ua.sessions].filter(({ state }) => state !== 'ended')).toEqual([]);
}

describe('a call that a simulated phone places', () => {
  it.each<Attempt>(['make', 'createOffer'])('fails with what went wrong when %s fails', async (attempt) => {
    media.failing = (tried) => (tried === attempt ? odd : undefined);
    await expect(host.call(party(), '+14155550100', host.hop)).rejects.toBe(odd);
    expectNothingLeft();
  });

  it('fails when its INVITE cannot be made', async () => {
    host.ua.invite = () => {
      throw odd;
    };
    await expect(host.call(party(), '+14155550100', host.hop)).rejects.toBe(odd);
    expectNothingLeft();
  });

  it('fails when the phones are switched off before it has its media', async () => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    media.failing = () => promise;
    const calling = host.call(party(), '+14155550100', host.hop);
    for (const phone of host.phones) phone.hangUp();
    resolve(undefined);
    await expect(calling).rejects.toThrow('switched off');
    expectNothingLeft();
  });
});

describe('a call to a simulated phone', () => {
  const call = async (): Promise<string> => {
    const events: string[] = [];
    host.ua.invite(
      {
        uri: `sip:${DANA}@127.0.0.1`,
        from: '<sip:a@b.test>',
        to: `<sip:${DANA}@b.test>`,
        hop: host.hop,
        sdp: 'sendrecv',
      },
      plainUser(events),
    );
    await expect.poll(() => events.at(-1), { timeout: 5000 }).toMatch(/^(failed|answered)/);
    return events.at(-1)!;
  };

  it.each<[Attempt, Error, string]>([
    ['make', odd, 'failed 500'],
    ['answerOffer', odd, 'failed 500'],
    ['answerOffer', Object.assign(new Error('no codec'), { status: 488 }), 'failed 488'],
  ])('is refused when %s fails', async (attempt, error, said) => {
    media.failing = (tried) => (tried === attempt ? error : undefined);
    expect(await call()).toBe(said);
    expectNothingLeft();
  });

  it('leaves no media when its caller gives up while that is made', async () => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    media.failing = () => promise;
    const events: string[] = [];
    const session = host.ua.invite(
      {
        uri: `sip:${DANA}@127.0.0.1`,
        from: '<sip:a@b.test>',
        to: `<sip:${DANA}@b.test>`,
        hop: host.hop,
        sdp: 'sendrecv',
      },
      plainUser(events),
    );
    await expect.poll(() => events).toContain('progressed 180');
    session.hangUp();
    await expect.poll(() => events).toContain('failed 487');
    resolve(undefined);
    await expect.poll(() => media.sessions.length).toBe(1);
    await expect.poll(() => media.sessions.every(({ closed }) => closed)).toBe(true);
    expectNothingLeft();
  });
});
