/** What a transfer puts on the wire, in the eyes of Wireshark's dissectors. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startSipp } from './support/sipp.ts';
import { requireTool } from './support/tool.ts';
import {
  BILLING,
  hears,
  HELP_DESK,
  HZ,
  keys,
  ladderOf,
  listenTo,
  records,
  startTrunk,
  type InteropTrunk,
} from './support/trunk.ts';
import { startCapture, type Capture } from './support/tshark.ts';

/** Wireshark's severity of a warning; errors are above it. */
const WARNING = '0x00600000';

let trunk: InteropTrunk;
let capture: Capture;
let ports: number[];
let mediaPort: number;
let traced: number;

beforeAll(async () => {
  requireTool('sipp');
  requireTool('tshark');
  trunk = await startTrunk();
  capture = await startCapture();
  const billing = listenTo(trunk, BILLING);
  const helpDesk = listenTo(trunk, HELP_DESK);
  const sipp = await startSipp('uac-refer', { trunk: trunk.address, service: BILLING, keys: keys(HELP_DESK) });
  await sipp.passed;
  await hears((await billing).ear, HZ[HELP_DESK]);
  (await helpDesk).phone.hangUp();
  const [{ callId } = { callId: '' }] = await records(trunk);
  // Both BYEs of the end, and their answers.
  await vi.waitFor(() =>
    expect(ladderOf(trunk, callId, 'target').arrows.filter((arrow) => arrow.endsWith('200 OK'))).toHaveLength(2),
  );
  traced = trunk.real.trunk.ladder(callId)!.messages.length;
  await capture.stop();
  ({ mediaPort } = sipp);
  ports = [Number(trunk.address.split(':')[1]), sipp.port, trunk.real.trunk.parties.hop.port];
}, 60_000);

afterAll(async () => {
  await capture.close();
  await trunk.close();
});

const signalling = (): string => `(${ports.map((port) => `udp.port==${port}`).join(' || ')}) && !icmp`;
const sound = (): string => `udp.port==${mediaPort} && !icmp`;

it('shows exactly the messages that the ladder has', () => {
  const sip = capture.rows(`sip && ${signalling()}`, ['sip.Method', 'sip.Status-Code'], ports);
  expect(sip).toHaveLength(traced);
  const methods = sip.map(([method]) => method);
  expect(methods.filter((method) => method === 'NOTIFY')).toHaveLength(3);
  expect(methods).toEqual(expect.arrayContaining(['INVITE', 'ACK', 'REFER', 'NOTIFY', 'BYE']));
});

it('is SIP, SDP and RTP without a malformed packet, a warning or an error', () => {
  const complaint = `(_ws.malformed || _ws.expert.severity >= ${WARNING})`;
  const fields = ['frame.number', 'frame.protocols', '_ws.expert.message'];
  const complaints = [signalling(), sound()].flatMap((ours) => capture.rows(`${ours} && ${complaint}`, fields, ports));
  expect(complaints).toEqual([]);
  // Whatever went over the SIP ports was understood as SIP.
  expect(capture.rows(`${signalling()} && !sip`, fields, ports)).toEqual([]);
});

it('has descriptions of sound that Wireshark finds the sound with: PCMU, in packets of 20 ms', () => {
  const rtp = capture.rows(`rtp && ${sound()}`, ['rtp.p_type', 'udp.length'], ports);
  expect(rtp.length).toBeGreaterThan(100);
  // 160 samples, after 12 bytes of RTP header and 8 of UDP.
  expect(new Set(rtp.map((row) => row.join(' ')))).toEqual(new Set(['0 180']));
});

it('gives each NOTIFY a sipfrag that Wireshark reads', () => {
  const notifies = capture.rows(`sip.Method == "NOTIFY" && ${signalling()}`, ['sip.Event', 'sipfrag.line'], ports);
  expect(notifies).toEqual([
    ['refer', 'SIP/2.0 100 Trying'],
    ['refer', 'SIP/2.0 180 Ringing'],
    ['refer', 'SIP/2.0 200 OK'],
  ]);
});
