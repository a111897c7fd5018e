/** What strangers send costs nobody's call anything. */
import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Ear } from '../support/ear.ts';
import { portOf } from '../support/rtp-peer.ts';
import { startSipp, type Sipp } from './support/sipp.ts';
import { requireTool } from './support/tool.ts';
import {
  BILLING,
  brief,
  DOMAIN,
  hears,
  HZ,
  keys,
  ladderOf,
  listenTo,
  OWN,
  records,
  startTrunk,
  type InteropTrunk,
} from './support/trunk.ts';

const TALK_MS = 4000;

let trunk: InteropTrunk;
let sipp: Sipp;
let ear: Ear;
let stranger: Socket;
let answers: string[];

beforeAll(() => requireTool('sipp'));
beforeEach(async () => {
  trunk = await startTrunk();
  const billing = listenTo(trunk, BILLING);
  sipp = await startSipp('uac-call', { trunk: trunk.address, service: BILLING, keys: keys(), pauseMs: TALK_MS });
  ({ ear } = await billing);
  answers = [];
  stranger = createSocket('udp4');
  stranger.on('message', (data) => answers.push(data.toString()));
  await new Promise<void>((resolve) => stranger.bind(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  stranger.close();
  await trunk.close();
});

function send(data: string | Uint8Array, port: number): void {
  stranger.send(data, port, '127.0.0.1');
}

const sipPort = (): number => Number(trunk.address.split(':')[1]);

function invite(change: (lines: string[]) => string[]): string {
  const { port } = stranger.address();
  const lines = [
    `INVITE sip:${BILLING}@${DOMAIN} SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:${port};branch=z9hG4bK${randomBytes(6).toString('hex')}`,
    `From: <sip:stranger@${DOMAIN}>;tag=s1`,
    `To: <sip:${BILLING}@${DOMAIN}>`,
    `Call-ID: ${randomBytes(6).toString('hex')}`,
    'CSeq: 1 INVITE',
    `Contact: <sip:stranger@127.0.0.1:${port}>`,
    'Max-Forwards: 70',
    'Content-Length: 0',
  ];
  return `${change(lines).join('\r\n')}\r\n\r\n`;
}

/** The call that was up before is still up, heard both ways, and ends the way it was meant to. */
async function callIsUndisturbed(): Promise<void> {
  await hears(ear, HZ[BILLING]);
  await sipp.passed;
  expect((await records(trunk)).map(brief)).toEqual([`original ${OWN} → ${BILLING}: answered, ended by endpoint`]);
}

it('answers a malformed INVITE with 400 and goes on', async () => {
  const without = (name: string) => (lines: string[]) => lines.filter((line) => !line.startsWith(`${name}:`));
  send(
    invite((lines) => lines.map((line) => line.replace('CSeq: 1 INVITE', 'CSeq: 1 BYE'))),
    sipPort(),
  );
  send(
    invite((lines) => lines.map((line) => line.replace(/^Content-Length: 0/, 'Content-Length: 5000'))),
    sipPort(),
  );
  send(
    invite((lines) => lines.map((line) => line.replace(/^Max-Forwards: 70/, 'Max-Forwards: many'))),
    sipPort(),
  );
  await expect.poll(() => answers.map((answer) => answer.split('\r\n')[0])).toHaveLength(3);
  expect(answers.every((answer) => answer.startsWith('SIP/2.0 400 '))).toBe(true);
  // Without these nobody could be answered, or nobody would know to what: silence (RFC 3261 §8.2.6.2).
  for (const name of ['Via', 'Call-ID', 'CSeq', 'From']) send(invite(without(name)), sipPort());
  await callIsUndisturbed();
  expect(answers.slice(3).every((answer) => answer.startsWith('SIP/2.0 400 '))).toBe(true);
});

it('is silent to junk at the SIP port', async () => {
  send('\r\n\r\n', sipPort());
  send('hello', sipPort());
  send(new Uint8Array(0), sipPort());
  send('SIP/2.0 200 OK\r\n\r\n', sipPort());
  for (let size = 1; size < 1400; size += 7) send(randomBytes(size), sipPort());
  await callIsUndisturbed();
  expect(answers).toEqual([]);
});

it('lets junk at the RTP ports neither speak nor take the sound away', async () => {
  // SIPp echoes: from here on the trunk knows where both ends send from.
  await hears(ear, HZ[BILLING]);
  const { id } = trunk.real.trunk.calls()[0]!;
  const bodies = [...ladderOf(trunk, id, 'endpoint').messages, ...ladderOf(trunk, id, 'target').messages];
  const ports = bodies.flatMap(({ from, text }) =>
    from === 'trunk' && text.includes('m=audio') ? [portOf(text)] : [],
  );
  expect(ports).toHaveLength(2);
  for (let round = 0; round < 100; round += 1) {
    for (const port of ports) {
      send(randomBytes(1 + (round % 200)), port);
      // A packet that could be the endpoint's, from somebody else.
      send(Buffer.concat([Buffer.from([0x80, 0, 0, round]), randomBytes(168)]), port);
    }
    await wait(5);
  }
  await callIsUndisturbed();
  expect(answers).toEqual([]);
});
