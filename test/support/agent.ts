/** A user agent on the memory network, and a few plain sessions to play with. */
import { silent, type Logger } from '../../src/core/log/logger.ts';
import type { Clock } from '../../src/core/time/clock.ts';
import { TransactionLayer } from '../../src/core/transaction/index.ts';
import { formatAddress, TransportLayer, type Hop } from '../../src/core/transport/index.ts';
import type { CredentialsFor } from '../../src/core/ua/digest-client.ts';
import { createIds, type Ids } from '../../src/core/ua/ids.ts';
import type { Registrar } from '../../src/core/ua/registrar.ts';
import type { Session } from '../../src/core/ua/session.ts';
import type { SessionUser } from '../../src/core/ua/session-user.ts';
import { UserAgent, type Invitation, type UserAgentOptions } from '../../src/core/ua/user-agent.ts';
import type { MemoryNetwork } from './memory-network.ts';
import { seeded } from './random.ts';

export interface Agent {
  readonly ua: UserAgent;
  readonly transactions: TransactionLayer;
  readonly transport: TransportLayer;
  readonly hop: Hop;
}

export interface AgentOptions {
  readonly network: MemoryNetwork;
  readonly clock: Clock;
  readonly host: string;
  readonly port?: number;
  readonly log?: Logger;
  readonly invited?: (invitation: Invitation) => void;
  readonly registrar?: Registrar;
  readonly user?: string;
  readonly authenticate?: UserAgentOptions['authenticate'];
  readonly credentialsFor?: CredentialsFor;
}

/** Tokens that repeat from run to run. */
function seededIds(seed: number): Ids {
  const random = seeded(seed);
  return createIds((bytes) => Array.from({ length: bytes * 2 }, () => Math.floor(random() * 16).toString(16)).join(''));
}

/** Another one for every address, so that agents on one network never share a tag or a branch. */
function seedOf(host: string, port: number): number {
  return Array.from(`${host}:${port}`).reduce((seed, char) => (seed * 31 + char.charCodeAt(0)) >>> 0, 7);
}

export async function startAgent(options: AgentOptions): Promise<Agent> {
  const { network, clock, host, port = 5060, log = silent } = options;
  const { invited = (invitation: Invitation) => invitation.refuse(480) } = options;
  const seed = seedOf(host, port);
  const transport = new TransportLayer({ transports: [network.endpoint(host, port)], clock, log });
  const transactions = new TransactionLayer({ transport, clock, log, random: seeded(seed) });
  const ua = new UserAgent({
    transactions,
    transport,
    clock,
    log,
    ids: seededIds(seed + 1000),
    user: options.user ?? 'agent',
    product: 'test',
    invited,
    ...(options.registrar ? { registrar: options.registrar } : {}),
    ...(options.authenticate ? { authenticate: options.authenticate } : {}),
    ...(options.credentialsFor ? { credentialsFor: options.credentialsFor } : {}),
  });
  await transport.start();
  return { ua, transactions, transport, hop: { transport: 'UDP', host, port } };
}

/** What happened to a session, in order. */
export interface Diary {
  readonly events: string[];
  readonly user: SessionUser;
}

/** A session user that writes down what it is told; `more` replaces or adds reactions. */
export function diary(more: Partial<SessionUser> = {}): Diary {
  const events: string[] = [];
  const user: SessionUser = {
    progressed: (response) => events.push(`progressed ${response.status}`),
    answered: (response) => events.push(`answered ${response.status}`),
    failed: (status) => events.push(`failed ${status}`),
    canceled: () => events.push('canceled'),
    acknowledged: () => events.push('acknowledged'),
    ended: (by) => events.push(`ended ${by}`),
    offered: async () => 'answer',
    referred: (refer) => refer.reject(603),
    ...more,
  };
  return { events, user };
}

export function call(from: Agent, to: Agent, user: SessionUser): Session {
  return from.ua.invite(
    {
      uri: `sip:bob@${formatAddress(to.hop)}`,
      from: '<sip:alice@example.test>',
      to: '<sip:bob@example.test>',
      hop: to.hop,
      sdp: 'offer',
    },
    user,
  );
}
