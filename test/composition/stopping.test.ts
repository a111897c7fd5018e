/** W7: what comes while the trunk stops, and what is left when it has. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { TrunkEvent } from '../../src/nouns/event.ts';
import { Call } from '../../src/core/b2bua/call.ts';
import { RecordStore } from '../../src/core/cdr/index.ts';
import { silent } from '../../src/core/log/logger.ts';
import { VirtualClock } from '../support/virtual-clock.ts';
import { startRealTrunk } from '../support/real-trunk.ts';
import { answeringEndpoint } from '../main/built/endpoint.ts';

async function stranger(): Promise<Socket> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  onTestFinished(() => void socket.close());
  return socket;
}

let branches = 0;

/** @returns the start line and the Retry-After of each answer that comes within `ms` milliseconds */
async function ask(socket: Socket, udp: string, method: string, ms = 200): Promise<string[]> {
  const [, port] = udp.split(':');
  const answers: string[] = [];
  const hear = (bytes: Buffer) =>
    answers.push(/^SIP\/2.0 (\d+).*?(?:\r\nRetry-After: (\d+).*)?$/s.exec(bytes.toString())!.slice(1, 3).join(' '));
  socket.on('message', hear);
  const own = socket.address().port;
  branches += 1;
  const request = [
    `${method} sip:+14155550100@127.0.0.1:${port} SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:${own};branch=z9hG4bK-${branches};rport`,
    'Max-Forwards: 70',
    `From: <sip:+14155550142@127.0.0.1>;tag=t${branches}`,
    'To: <sip:+14155550100@127.0.0.1>',
    `Call-ID: call-${branches}@127.0.0.1`,
    `CSeq: 1 ${method}`,
    `Contact: <sip:+14155550142@127.0.0.1:${own}>`,
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
  socket.send(request, Number(port), '127.0.0.1');
  await new Promise((resolve) => setTimeout(resolve, ms));
  socket.off('message', hear);
  return answers;
}

describe('W7: a trunk that stops', () => {
  it('refuses who calls from then on with 503 and Retry-After, ends the calls that are up, and keeps their records', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'patchcord-stop-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, 'records.sqlite');
    // It never answers BYE: the trunk waits for it a while.
    const uri = await answeringEndpoint({ leaves: ['BYE'] });
    const real = await startRealTrunk({ numbers: [{ number: '+14155550100', to: [uri] }] }, {}, file);
    const { trunk } = real;
    const { udp } = trunk.addresses;
    const socket = await stranger();
    const before = await ask(socket, udp, 'OPTIONS');
    expect(before).toEqual([expect.stringMatching(/^200/)]);
    await trunk.practiceCall({ caller: '+14155550142', to: '+14155550100' });
    await vi.waitFor(() => expect(trunk.calls()[0]?.state).toBe('answered'));
    const begun = performance.now();
    const stopped = real.close();
    expect(await ask(socket, udp, 'INVITE', 400)).toEqual([expect.stringMatching(/^503 \d+$/)]);
    expect(await ask(socket, udp, 'INVITE', 400)).toEqual([expect.stringMatching(/^503 \d+$/)]);
    expect(await ask(socket, udp, 'REGISTER', 100)).toEqual([expect.stringMatching(/^503 \d+$/)]);
    await stopped;
    expect(performance.now() - begun).toBeLessThan(3000);
    const store = RecordStore.open(file, { log: silent, clock: new VirtualClock() });
    expect(store.interrupted).toBe(0);
    expect(store.list().records.map(({ result }) => result)).toEqual(['answered']);
    store.close();
  }, 15_000);

  it('closes everything and stores the records though a call cannot be ended in order', async () => {
    const uri = await answeringEndpoint();
    const real = await startRealTrunk({ numbers: [{ number: '+14155550100', to: [uri] }] });
    const { trunk } = real;
    const socket = await stranger();
    const { udp } = trunk.addresses;
    for (let i = 0; i < 2; i += 1) await trunk.practiceCall({ caller: '+14155550142', to: '+14155550100' });
    await vi.waitFor(() => expect(trunk.calls().map(({ state }) => state)).toEqual(['answered', 'answered']));
    vi.spyOn(Call.prototype, 'arrangeAudio').mockImplementationOnce(() => {
      throw new Error('a bug');
    });
    const records: TrunkEvent[] = [];
    trunk.onEvent((event) => records.push(event), ['recordAdded']);
    await real.close();
    expect(records.length).toBeGreaterThan(0);
    expect(trunk.status().state).toBe('stopped');
    // Nobody listens there any more.
    expect(await ask(socket, udp, 'OPTIONS', 100)).toEqual([]);
  }, 15_000);
});
