import { expect } from 'vitest';
import { startRealTrunk, type RealTrunk } from '../support/real-trunk.ts';
import type { Outcome } from './outcomes.ts';
import { probeTcp, probeUdp, type Carrier } from './probe.ts';

const DOMAIN = 'example.com';
const USERS = ['user', 'j.user', 'watson', 'null-%00-null'];

/** A registrar for the users that both RFCs name, so that their REGISTERs are taken and not just refused. */
export function startRegistrar(): Promise<RealTrunk> {
  const numbers = USERS.map((user, index) => ({ number: `+1415555010${index}`, to: [`sip:${user}@${DOMAIN}`] }));
  return startRealTrunk({ domain: DOMAIN, numbers });
}

/** Sends the message and holds what comes back against what the RFC asks for. */
export async function judge({ trunk }: RealTrunk, carrier: Carrier, bytes: Buffer, outcome: Outcome): Promise<void> {
  const probe = carrier === 'UDP' ? probeUdp : probeTcp;
  const { responses, closed } = await probe(trunk.addresses[carrier === 'UDP' ? 'udp' : 'tcp'] ?? '', bytes);
  const finals = responses.filter(({ status }) => status >= 200);
  const wanted = (carrier === 'TCP' ? outcome.tcp : undefined) ?? outcome;
  if (wanted.statuses.length === 0) {
    expect(responses).toEqual([]);
    return;
  }
  // Several are alternatives, except where a stream carries several requests.
  const isPair = wanted === outcome.tcp && wanted.statuses.length > 1;
  if (isPair) expect(finals.map(({ status }) => status)).toEqual(wanted.statuses);
  else {
    expect(finals).toHaveLength(1);
    expect(wanted.statuses).toContain(finals[0]?.status);
  }
  if (outcome.carries !== undefined && wanted === outcome) {
    const [name, piece] = outcome.carries;
    expect(finals[0]?.headers.all(name).join(', ')).toContain(piece);
  }
  if (carrier === 'TCP') expect(closed).toBe(outcome.tcp?.closed ?? false);
}
