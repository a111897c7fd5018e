/** The same scenarios over connections: SIPp over TCP, and over TLS through a tunnel, since Debian's has none. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ownIdentity, type TlsIdentity } from '../../src/core/transport/index.ts';
import { freePorts } from './support/ports.ts';
import { startSipp, type SippOptions } from './support/sipp.ts';
import { requireTool, temporaryFolder, type Folder } from './support/tool.ts';
import { tunnelFrom, tunnelTo, type Tunnel } from './support/tunnel.ts';
import {
  BILLING,
  brief,
  DANA,
  DOMAIN,
  hears,
  HELP_DESK,
  HZ,
  keys,
  ladderOf,
  LINE,
  listenTo,
  OWN,
  records,
  startTrunk,
  type InteropTrunk,
} from './support/trunk.ts';

let trunk: InteropTrunk;
let folder: Folder;
let tunnels: Tunnel[];
/** Where SIPp reaches the trunk. */
let address: string;
/** Where SIPp waits for calls, and where the trunk reaches it. */
let ports: { port: number; publicPort: number };

beforeAll(() => requireTool('sipp'));

describe.each([
  { stream: 'tcp', title: 'SIPp over TCP' },
  { stream: 'tls', title: 'SIPp over TLS, which a tunnel lends it,' },
] as const)('$title', ({ stream: transport }) => {
  beforeEach(async () => {
    folder = temporaryFolder();
    tunnels = [];
    const identity = await ownIdentity(undefined, [DOMAIN, '127.0.0.1'], Date.now());
    const port = await freePorts();
    if (transport === 'tls') tunnels.push(await tunnelFrom(identity, port));
    ports = { port, publicPort: tunnels[0]?.port ?? port };
    trunk = await startTrunk({
      line: [`sip:agent@127.0.0.1:${ports.publicPort};transport=${transport}`],
      config: { tls: written(identity) },
    });
    address = trunk.real.trunk.addresses[transport]!;
    if (transport === 'tls') {
      const tunnel = await tunnelTo(Number(address.split(':')[1]), DOMAIN, identity.cert);
      tunnels.push(tunnel);
      address = `127.0.0.1:${tunnel.port}`;
    }
  });
  afterEach(async () => {
    await trunk.close();
    for (const tunnel of tunnels) tunnel.close();
    folder.remove();
  });

  /** Every message of the endpoint's leg says of itself that it came this way. */
  function expectNothingElse(callId: string): void {
    const vias = ladderOf(trunk, callId, 'endpoint').messages.map(({ text }) => /^Via: (\S+)/m.exec(text)?.[1]);
    expect(new Set(vias)).toEqual(new Set([`SIP/2.0/${transport.toUpperCase()}`]));
  }

  /** SIPp calls Billing. */
  const calls = (scenario: string, more: SippOptions) =>
    startSipp(scenario, { trunk: address, transport, service: BILLING, ...more });

  /** Dana dials the trunk's number, which rings SIPp. */
  async function isCalled(scenario: string, target?: string) {
    const sipp = await startSipp(scenario, { ...ports, transport, keys: keys(target) });
    const caller = listenTo(trunk, DANA);
    const { callId } = await trunk.real.trunk.practiceCall({ caller: DANA, to: LINE });
    return { sipp, caller, callId };
  }

  it('calls a party, with sound, and hangs up', async () => {
    const billing = listenTo(trunk, BILLING);
    const sipp = await calls('uac-call', { keys: keys(), pauseMs: 1500 });
    const { ear } = await billing;
    await hears(ear, HZ[BILLING]);
    await sipp.passed;
    const all = await records(trunk);
    expect(all.map(brief)).toEqual([`original ${OWN} → ${BILLING}: answered, ended by endpoint`]);
    expectNothingElse(all[0]!.callId);
  });

  it('P3 P5 P6 P7 P21: calls a party and transfers it', async () => {
    const billing = listenTo(trunk, BILLING);
    const helpDesk = listenTo(trunk, HELP_DESK);
    const sipp = await calls('uac-refer', { keys: keys(HELP_DESK) });
    await sipp.passed;
    const { phone } = await helpDesk;
    await hears((await billing).ear, HZ[HELP_DESK]);
    phone.hangUp();
    const all = await records(trunk);
    expect(all.map(brief)).toEqual([
      `original ${OWN} → ${BILLING}: transferred, ended by trunk`,
      `transfer ${OWN} → ${HELP_DESK}: answered, ended by target`,
    ]);
    expectNothingElse(all[0]!.callId);
  });

  it('is called, and the caller hangs up', async () => {
    const { sipp, caller, callId } = await isCalled('uas-answer');
    const { ear, phone } = await caller;
    await hears(ear, HZ[DANA]);
    phone.hangUp();
    await sipp.passed;
    expect((await records(trunk)).map(brief)).toEqual([`original ${DANA} → ${LINE}: answered, ended by caller`]);
    expectNothingElse(callId);
  });

  it('P3 P5 P6 P7 P21: is called and transfers its caller', async () => {
    const { sipp, caller, callId } = await isCalled('uas-refer', HELP_DESK);
    const target = listenTo(trunk, HELP_DESK);
    await sipp.passed;
    const { ear, phone } = await caller;
    await target;
    await hears(ear, HZ[HELP_DESK]);
    phone.hangUp();
    expect((await records(trunk)).map(brief)).toEqual([
      `original ${DANA} → ${LINE}: transferred, ended by trunk`,
      `transfer ${DANA} → ${HELP_DESK}: answered, ended by caller`,
    ]);
    expectNothingElse(callId);
  });
});

/** The trunk shows a certificate that the test knows, so that the tunnel can insist on it. */
function written({ cert, key }: TlsIdentity): { certFile: string; keyFile: string } {
  const files = { certFile: path.join(folder.path, 'certificate.pem'), keyFile: path.join(folder.path, 'key.pem') };
  writeFileSync(files.certFile, cert);
  writeFileSync(files.keyFile, key);
  return files;
}
