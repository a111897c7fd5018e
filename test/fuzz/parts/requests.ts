/**
 * A user agent that answers calls, registers phones and challenges, on the memory network: requests of one attacker,
 * spoiled, in any order. Its dialogs are real: the attacker uses the tags and nonces that it was given.
 */
import { createHash } from 'node:crypto';
import { silent } from '../../../src/core/log/logger.ts';
import { DigestServer } from '../../../src/core/ua/digest-server.ts';
import { createIds } from '../../../src/core/ua/ids.ts';
import { Registrar } from '../../../src/core/ua/registrar.ts';
import { diary, startAgent } from '../../support/agent.ts';
import { loud } from '../../support/loud-logger.ts';
import { MemoryNetwork } from '../../support/memory-network.ts';
import { settle, VirtualClock } from '../../support/virtual-clock.ts';
import type { Dice } from '../dice.ts';
import { mutate } from '../mutate.ts';
import { expectThat, timed, type Case, type Part, type Piece } from '../part.ts';
import { everyMessage, requests as seeds } from '../seeds.ts';

const REALM = 'patchcord.test';
/** Longer than any registration. */
const LONGEST_TIMER_MS = 4_000_000;

/** Milliseconds between two requests. */
const PAUSE_MS = 40;

async function check({ pieces }: Case): Promise<void> {
  const clock = new VirtualClock();
  const network = new MemoryNetwork(clock);
  let count = 0;
  const random = (bytes: number): Buffer => Buffer.alloc(bytes, (count += 1));
  const ids = createIds((bytes) => random(bytes).toString('hex'));
  const registrar = new Registrar({ clock, ids, domain: REALM, admit: () => undefined });
  const credentials = [{ username: 'anna', password: 'secret' }];
  const digest = new DigestServer({
    clock,
    log: silent,
    random,
    realm: REALM,
    credentials,
    algorithms: ['MD5', 'SHA-256'],
  });
  const { user } = diary({
    referred: (refer) => {
      const reporter = refer.accept({});
      clock.after(70, () => reporter.report(200));
    },
  });
  const agent = await startAgent({
    network,
    clock,
    host: '10.0.0.1',
    log: loud,
    registrar,
    // The requests of the dialog get past the door.
    authenticate: ({ request, arrival }) => {
      if (request.method !== 'REGISTER' && request.method !== 'OPTIONS') return undefined;
      const verdict = digest.verify(request, arrival.remote.host);
      return verdict.ok ? undefined : verdict.error;
    },
    invited: (invitation) => {
      const session = invitation.take(user);
      session.incoming?.progress(180);
      clock.after(30, () => session.incoming?.answer('sendrecv'));
    },
  });
  const attacker = network.endpoint('10.0.0.2');
  let [tag, nonce] = ['none', 'none'];
  await attacker.start({
    received: (bytes) => {
      const text = Buffer.from(bytes).toString('latin1');
      // Of the dialog that the first INVITE opens.
      if (/^SIP\/2\.0 [12]/.test(text) && /^CSeq: 1 INVITE\r/m.test(text)) {
        tag = /^To:[^\r]*;tag=([^;\r]+)/m.exec(text)?.[1] ?? tag;
      }
      nonce = /nonce="([^"]+)"/.exec(text)?.[1] ?? nonce;
    },
    closed() {},
    failed() {},
  });
  const advance = async (ms: number): Promise<void> => {
    await settle();
    timed(() => clock.advance(ms));
    await settle();
  };
  for (const { at, bytes } of pieces) {
    const text = Buffer.from(bytes).toString('latin1').replaceAll('{tag}', tag).replaceAll('{nonce}', nonce);
    attacker.send(
      Buffer.from(
        text.replace('{response}', () => response(text, nonce)),
        'latin1',
      ),
      agent.hop,
    );
    await advance(at * PAUSE_MS);
  }
  for (const session of agent.ua.sessions) session.hangUp();
  for (let left = LONGEST_TIMER_MS; left > 0; left -= 20_000) await advance(20_000);
  registrar.close();
  const { client, server } = agent.transactions.counts();
  expectThat(client + server === 0, `${client} client and ${server} server transactions are left`);
  expectThat([...agent.ua.sessions].length === 0, 'sessions are left');
  expectThat(clock.pending === 0, `${clock.pending} timers are left`);
}

/** What the seeds' credentials have to prove. RFC 7616 §3.4.1. */
function response(text: string, nonce: string): string {
  const name = text.includes('algorithm=SHA-256') ? 'sha256' : 'md5';
  const hash = (input: string): string => createHash(name).update(input).digest('hex');
  const method = text.slice(0, text.indexOf(' '));
  const secret = hash(`anna:${REALM}:secret`);
  return hash(`${secret}:${nonce}:00000001:0a4f113b:auth:${hash(`${method}:sip:${REALM}`)}`);
}

/** Most of the dialog in its order, some of it spoiled, some of it twice. */
function generate(dice: Dice): Case {
  const pieces = seeds.flatMap((seed): Piece[] => {
    if (dice.chance(0.3)) return [];
    const spoiled = dice.chance(0.5) ? seed : mutate(seed, dice, dice.pick(everyMessage));
    const stray = dice.chance(0.1) ? [{ at: 0, bytes: mutate(dice.pick(everyMessage), dice, dice.pick(seeds)) }] : [];
    return [{ at: dice.below(4), bytes: spoiled }, ...stray];
  });
  return { plan: 0, pieces };
}

export const requests: Part = {
  name: 'requests',
  inSuite: 500,
  open: async () => ({ generate, check, close: async () => {} }),
};
