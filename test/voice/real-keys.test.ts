/** W13, M6: keys between telephones of different kinds, on real sockets. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { keyOfEvent } from '../../src/core/rtp/dtmf.ts';
import { decodeG711 } from '../../src/core/codec/g711.ts';
import { Presses } from '../../src/core/rtp/presses.ts';
import type { Session } from '../../src/core/ua/session.ts';
import { startEndpoint, startRealTrunk, type RealEndpoint, type RealTrunk } from '../support/real-trunk.ts';
import { RtpPeer } from '../support/rtp-peer.ts';
import { energyAt } from '../support/tone.ts';

const MENU = '+14155550204';
const TALKER = '+14155551234';
const WAIT = { timeout: 10_000, interval: 50 };

let real: RealTrunk;
let agent: RealEndpoint;
let peer: RtpPeer;
let session: Session;

beforeEach(async () => {
  agent = await startEndpoint(700);
  real = await startRealTrunk();
  peer = await RtpPeer.open();
});
afterEach(async () => {
  session.hangUp();
  await real.close();
  await agent.close();
  await peer.close();
});

/** A telephone of ours with these formats calls a party. */
async function dial(number: string, formats: string): Promise<void> {
  const answered = vi.fn<() => void>();
  const [host = '', port = ''] = real.trunk.addresses.udp.split(':');
  session = agent.host.ua.invite(
    {
      uri: `sip:${number}@${host}:${port}`,
      from: '<sip:agent@endpoint.test>',
      to: `<sip:${number}@endpoint.test>`,
      hop: { transport: 'UDP', host, port: Number(port) },
      sdp: peer.sdp(formats),
    },
    { answered, ended() {}, offered: async () => '', referred() {} },
  );
  await vi.waitFor(() => expect(answered).toHaveBeenCalled(), WAIT);
}

/** The keys whose tones are heard in a stream, each as often as it begins. */
function tonesIn(packets: readonly { payloadType: number; payload: Uint8Array }[]): string {
  const rows = [697, 770, 852, 941];
  const columns = [1209, 1336, 1477, 1633];
  let heard = '';
  let last = '';
  for (const { payload } of packets.filter((packet) => packet.payloadType === 0)) {
    const samples = decodeG711(payload, 'PCMU');
    const [row, column] = [rows, columns].map((all) => all.findIndex((hz) => energyAt(samples, hz) > 5000));
    const key = row! >= 0 && column! >= 0 ? '123A456B789C*0#D'[row! * 4 + column!]! : '';
    if (key !== last) heard += key;
    last = key;
  }
  return heard;
}

it('M6: a telephone without telephone-event hears the tones of a menu', { timeout: 20_000 }, async () => {
  await dial(MENU, '0');
  await vi.waitFor(() => expect(tonesIn(peer.packets)).toBe('123#'), WAIT);
  peer.packets.slice(1).forEach(({ sequenceNumber }, index) => {
    const before = peer.packets[index]!;
    expect((sequenceNumber - before.sequenceNumber) & 0xffff).toBe(1);
  });
});

it('M6: one with telephone-event gets the same as events', { timeout: 20_000 }, async () => {
  await dial(MENU, '0 101');
  const keys = (): string => {
    const presses = new Presses();
    return peer.packets
      .filter(({ payloadType }) => payloadType === 101)
      .map(({ payload, ...position }) => ({
        kind: 'dtmf' as const,
        event: payload[0]!,
        end: payload[1]! > 127,
        volume: 10,
        duration: payload[2]! * 256 + payload[3]!,
        ...position,
      }))
      .filter((frame) => presses.begins(frame))
      .map(({ event }) => keyOfEvent(event))
      .join('');
  };
  await vi.waitFor(() => expect(keys()).toBe('123#'), WAIT);
  expect(tonesIn(peer.packets)).toBe('');
});

it('W13: keys by INFO reach the other telephone as events, fast ones in order', { timeout: 20_000 }, async () => {
  const phone = new Promise<string[]>((resolve) => {
    const stop = real.trunk.parties.onMedia(({ media }) => {
      stop();
      const pressed: string[] = [];
      const presses = new Presses();
      media!.tap({
        write(frame) {
          if (frame.kind === 'dtmf' && presses.begins(frame)) pressed.push(keyOfEvent(frame.event)!);
        },
      });
      resolve(pressed);
    });
  });
  await dial(TALKER, '0');
  const statuses: number[] = [];
  for (const key of '4711#') {
    session.request(
      'INFO',
      [['Content-Type', 'application/dtmf-relay']],
      { response: ({ status }) => statuses.push(status), timeout() {}, transportError() {} },
      new TextEncoder().encode(`Signal=${key}\r\nDuration=100\r\n`),
    );
  }
  const pressed = await phone;
  await vi.waitFor(() => expect(pressed.join('')).toBe('4711#'), WAIT);
  expect(statuses).toEqual([200, 200, 200, 200, 200]);
});
