/** Alice talks to Bob, who keeps the REFERs that he is sent. */
import type { IncomingRefer } from '../../src/core/ua/incoming-refer.ts';
import type { Session } from '../../src/core/ua/session.ts';
import { call, diary, startAgent, type Agent } from '../support/agent.ts';
import { MemoryNetwork } from '../support/memory-network.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

export interface Pair {
  readonly clock: VirtualClock;
  readonly network: MemoryNetwork;
  readonly alice: Agent;
  readonly bob: Agent;
  /** Alice's session, and Bob's. */
  readonly a: Session;
  readonly b: Session;
  /** Every session that Bob has taken. */
  readonly taken: readonly Session[];
  readonly refers: IncomingRefer[];
}

export async function startPair(): Promise<Pair> {
  const clock = new VirtualClock();
  const network = new MemoryNetwork(clock, { delayMs: [5, 5] });
  const refers: IncomingRefer[] = [];
  const taken: Session[] = [];
  const alice = await startAgent({ network, clock, host: '10.0.0.1' });
  const bob = await startAgent({
    network,
    clock,
    host: '10.0.0.2',
    invited: (invitation) => {
      const session = invitation.take(diary({ referred: (incoming) => refers.push(incoming) }).user);
      taken.push(session);
      session.incoming?.answer('answer');
    },
  });
  const a = call(alice, bob, diary().user);
  clock.advance(50);
  const [b] = taken;
  if (b === undefined) throw new Error('Bob was not called');
  return { clock, network, alice, bob, a, b, taken, refers };
}
