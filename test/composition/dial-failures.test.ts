/** A call by the API that cannot begin: said in words, and its way is forgotten. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startRealTrunk, type RealTrunk } from '../support/real-trunk.ts';

const ENDPOINT = 'sip:agent@127.0.0.1:9';
const CALLER = '+14155550142';

let real: RealTrunk;

beforeEach(async () => {
  real = await startRealTrunk({ webhooks: { allow: ['127.0.0.0/8'] } });
});
afterEach(() => real.close());

it('is unavailable, with the reason, and leads nowhere later', async () => {
  const { parties } = real.trunk;
  const { call } = parties;
  const tried: string[] = [];
  parties.call = (_, to) => {
    tried.push(to);
    return Promise.reject(new Error('no socket for RTP port 20000 (EMFILE)'));
  };
  await expect(real.trunk.dial({ from: CALLER, to: ENDPOINT })).rejects.toMatchObject({
    code: 'unavailable',
    message: 'The simulated call cannot be placed now: no socket for RTP port 20000 (EMFILE).',
  });
  parties.call = call;
  expect([...parties.phones]).toEqual([]);
  // Whoever dials the name that stood for the endpoint once is told that there is no such number.
  const party = { number: CALLER, name: 'Dana', behaviour: 'answer', afterMs: 0 } as const;
  const { udp } = real.trunk.addresses;
  const [host = '', port] = udp.split(':');
  await parties.call(party, tried[0]!, { transport: 'UDP', host, port: Number(port) });
  await expect.poll(() => [...parties.phones].length).toBe(0);
  expect(real.trunk.records.list({}).records.map(({ to, result }) => [to, result])).toEqual([[tried[0], 'not-found']]);
});
