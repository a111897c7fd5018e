/** W24: an address on which the trunk listens is its own domain, and no INVITE of its own comes back to it. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { nextPhone, startEndpoint, startRealTrunk, type RealTrunk } from '../support/real-trunk.ts';
import { RawPhone } from '../support/raw-phone.ts';

const LINE = '+14155550101';
const DANA = '+14155550142';
const BILLING = '+14155551234';
const ABROAD = '+4930901820';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).toReversed()) await each.close();
});

const resolver = { naptr: none, srv: none, a: async () => ['127.0.0.1'], aaaa: none };
async function none(): Promise<never[]> {
  return [];
}

async function start(
  config: object,
): Promise<{ real: RealTrunk; at: string; refer: (to: string) => Promise<number[]> }> {
  const agent = await startEndpoint(700);
  open.push(agent);
  const parties = [DANA, BILLING, ABROAD].map((number) => ({ number, name: 'Party', behaviour: 'answer', afterMs: 0 }));
  const numbers = [{ number: LINE, to: [agent.uri('agent')] }];
  const real = await startRealTrunk({ numbers, parties, ...config }, {}, ':memory:', undefined, { resolver });
  open.push(real);
  const answered = nextPhone(agent.host);
  await real.trunk.practiceCall({ caller: DANA, to: LINE });
  const phone = await answered;
  await vi.waitFor(() =>
    expect(real.trunk.calls()[0]?.legs.map(({ state }) => state)).toEqual(['answered', 'answered']),
  );
  const refer = (to: string) =>
    new Promise<number[]>((resolve) => {
      const heard: number[] = [];
      phone.session?.refer(to, [], {
        refused: (status) => resolve([status]),
        notified: ({ status }) => {
          heard.push(status);
          if (status >= 200) resolve(heard);
        },
      });
    });
  return { real, at: real.trunk.addresses.udp, refer };
}

/** Who was rung in the calls there are. */
function rung(real: RealTrunk): string[] {
  const legs = real.trunk.calls().flatMap((call) => call.legs.filter(({ direction }) => direction === 'out'));
  return legs.map(({ number }) => number);
}

describe.each(['sinch', 'twilio'])('under %s', (provider) => {
  it('W24: a Refer-To with the address of the trunk is a number of its domain', async () => {
    const { real, at, refer } = await start({ provider });
    expect((await refer(`<sip:${BILLING}@${at}>`)).at(-1)).toBe(200);
    expect(real.trunk.calls()).toHaveLength(1);
    expect(rung(real)).toEqual([LINE, BILLING]);
  });

  it('W24: so are localhost and the other transports, and the bounds of the domain hold', async () => {
    const { real, at, refer } = await start({ provider });
    const port = at.split(':')[1];
    expect(await refer(`<sip:${ABROAD}@localhost:${port}>`)).toEqual([403]);
    expect(await refer(`<sip:${ABROAD}@${real.trunk.addresses.tcp};transport=tcp>`)).toEqual([403]);
    expect(await refer(`<sips:${ABROAD}@${real.trunk.addresses.tls}>`)).toEqual([403]);
    expect(await refer(`<sip:nobody@${at}>`)).toEqual([400]);
    expect(real.trunk.calls()).toHaveLength(1);
  });

  it('W24: a name that leads back here is no way round', async () => {
    const { real, at, refer } = await start({ provider });
    const port = at.split(':')[1];
    expect(await refer(`<sip:${ABROAD}@back.test:${port}>`)).toEqual([100, 403]);
    expect((await refer(`<sip:${BILLING}@back.test:${port}>`)).at(-1)).toBe(200);
    expect(real.trunk.calls()).toHaveLength(1);
    expect(rung(real).at(-1)).toBe(`sip:${BILLING}@back.test:${port}`);
  });
});

it('W24: on all interfaces, each address is its own; the port of somebody else is not', async () => {
  const auth = { allow: ['127.0.0.0/8'], credentials: [{ username: 'agent', password: 'correct-horse' }] };
  const { at, refer } = await start({
    provider: 'sinch',
    webhooks: { allow: ['127.0.0.0/8'] },
    listen: { host: '0.0.0.0', udp: 0, tcp: 0, tls: 0, http: 0 },
    auth,
  });
  const port = at.split(':')[1];
  expect(await refer(`<sip:${ABROAD}@127.9.9.9:${port}>`)).toEqual([403]);
  expect(await refer(`<sip:${ABROAD}@${at}>`)).toEqual([403]);
  const other = await RawPhone.start('UDP');
  open.push(other);
  expect((await refer(`<${other.uri}>`)).at(-1)).toBe(200);
  expect(other.requests('INVITE')).toHaveLength(1);
});

it('W24: Plivo answers 403 to an address of the trunk, as to any other', async () => {
  const { at, refer } = await start({ provider: 'plivo' });
  expect(await refer(`<sip:${BILLING}@${at}>`)).toEqual([403]);
});

it('W24: a number that rings an address of the trunk rings who has registered there, not the trunk', async () => {
  const phone = await RawPhone.start('UDP');
  open.push(phone);
  const port = 41_000 + Math.floor(Math.random() * 20_000);
  const real = await startRealTrunk({
    listen: { udp: port, tcp: port, tls: 0, http: 0 },
    numbers: [{ number: LINE, to: [`sip:desk@127.0.0.1:${port}`] }],
    parties: [{ number: DANA, name: 'Party', behaviour: 'answer', afterMs: 0 }],
  });
  open.push(real);
  phone.send('REGISTER', `sip:127.0.0.1:${port}`, { transport: 'UDP', host: '127.0.0.1', port }, [
    ['From', `<sip:desk@127.0.0.1:${port}>;tag=1`],
    ['To', `<sip:desk@127.0.0.1>`],
    ['Call-ID', 'w24'],
    ['CSeq', '1 REGISTER'],
    ['Expires', '60'],
  ]);
  await expect.poll(() => phone.responses('REGISTER').map(({ message }) => message.status)).toEqual([200]);
  await real.trunk.practiceCall({ caller: DANA, to: LINE });
  await expect.poll(() => phone.requests('INVITE').length).toBe(1);
  expect(real.trunk.calls()).toHaveLength(1);
});
