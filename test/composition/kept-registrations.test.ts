/** W21: who had registered before a restart is rung after it. Real sockets, and a real file beside the records. */
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Hop } from '../../src/core/transport/index.ts';
import { RawPhone, type PhoneTransport } from '../support/raw-phone.ts';
import { startRealTrunk, type RealTrunk } from '../support/real-trunk.ts';

const DOMAIN = 'kept.example.test';
const LINE = '+14155550101';
const DANA = '+14155550142';

const disposers: (() => unknown)[] = [];
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'patchcord-kept-'));
  disposers.push(() => rm(folder, { recursive: true }));
});

afterEach(async () => {
  for (const dispose of disposers.splice(0).toReversed()) await dispose();
});

const file = () => join(folder, 'records.registrations.json');

async function start(): Promise<RealTrunk> {
  const numbers = [{ number: LINE, to: [`sip:desk@${DOMAIN}`] }];
  const parties = [{ number: DANA, name: 'Dana', behaviour: 'answer', afterMs: 0, caller: true }];
  const real = await startRealTrunk({ domain: DOMAIN, numbers, parties }, {}, join(folder, 'records.sqlite'));
  disposers.push(() => real.close());
  return real;
}

async function registered(real: RealTrunk, transport: PhoneTransport, contact?: string): Promise<RawPhone> {
  const phone = await RawPhone.start(transport);
  disposers.push(() => phone.close());
  phone.contact = contact;
  const [host = '', port] = real.trunk.addresses[transport === 'UDP' ? 'udp' : 'tcp']!.split(':');
  const to: Hop = { transport, host, port: Number(port) };
  phone.send('REGISTER', `sip:${DOMAIN}`, to, [
    ['From', `<sip:desk@${DOMAIN}>;tag=1`],
    ['To', `<sip:desk@${DOMAIN}>`],
    ['Call-ID', 'w21'],
    ['CSeq', '1 REGISTER'],
    ['Expires', '600'],
  ]);
  await vi.waitFor(() => expect(phone.responses('REGISTER').map(({ message }) => message.status)).toEqual([200]));
  return phone;
}

async function restarted(real: RealTrunk): Promise<RealTrunk> {
  await real.close();
  return start();
}

/** With what status a call to the number ends; 480 when nobody has registered. */
async function statusOfCall(real: RealTrunk): Promise<number | null | undefined> {
  await real.trunk.practiceCall({ caller: DANA, to: LINE });
  await vi.waitFor(() => expect(real.trunk.calls()).toEqual([]), { timeout: 4000 });
  return real.trunk.records.list({}).records[0]?.sipStatus;
}

it.each([
  ['at its Contact', undefined],
  ['behind a NAT, where its REGISTER came from', 'sip:desk@192.168.1.20:5060'],
])('W21: a phone %s is rung after a restart', async (_, contact) => {
  const real = await start();
  const phone = await registered(real, 'UDP', contact);
  const again = await restarted(real);
  await again.trunk.practiceCall({ caller: DANA, to: LINE });
  await vi.waitFor(() => expect(phone.requests('ACK')).toHaveLength(1));
  expect((await stat(file())).mode & 0o777).toBe(0o600);
});

it('W21: a phone on a connection that is gone is not rung', async () => {
  const real = await start();
  await registered(real, 'TCP', 'sip:desk@192.168.1.20;transport=tcp');
  const again = await restarted(real);
  expect(await statusOfCall(again)).toBe(480);
});

it('W21: a change is written without a stop, and a damaged file costs registrations alone', async () => {
  const real = await start();
  await registered(real, 'UDP');
  await vi.waitFor(async () => expect(await readFile(file(), 'utf8')).toContain(' desk'), { timeout: 4000 });
  await real.close();
  await writeFile(file(), '{"version":1,"bindings":[{');
  const again = await start();
  expect(await statusOfCall(again)).toBe(480);
  await registered(again, 'UDP');
});
