/**
 * A whole trunk on the memory network, in virtual time. Scenarios run between honest user agents; packets between the
 * trunk and two of them are spoiled on their way, so that every state of a dialog is reached. A call of somebody else
 * goes on at the same time and must not notice.
 */
import { endCall } from '../../../src/core/b2bua/hang-up.ts';
import { ladderMermaid, ladderText, Tracer } from '../../../src/core/trace/index.ts';
import type { Session } from '../../../src/core/ua/session.ts';
import { startAgent, type Agent } from '../../support/agent.ts';
import {
  BILLING,
  DOMAIN,
  LINE,
  refusing,
  ringing,
  SALES,
  startExchange,
  type Exchange,
  type RingingPhone,
} from '../../support/exchange.ts';
import { loud } from '../../support/loud-logger.ts';
import { settle } from '../../support/virtual-clock.ts';
import type { Dice } from '../dice.ts';
import { REFER_EXPIRES_SECONDS } from '../../../src/core/subscription/refer-state.ts';
import { mutate } from '../mutate.ts';
import { expectThat, timed, type Case, type Part, type Piece } from '../part.ts';
import { everyMessage } from '../seeds.ts';

interface Stage {
  readonly exchange: Exchange;
  readonly line: RingingPhone;
  readonly advance: (ms: number) => Promise<void>;
}

type Scenario = (stage: Stage) => Promise<void>;

const nobody = { accepted() {}, refused() {}, notified() {} };

/** What its owner would do next; under attack the session may be over, or its offer be refused, and that is fine. */
async function attempt(action: () => unknown): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (!(error instanceof Error) || !EXPECTED.has(error.name)) throw error;
  }
}
const EXPECTED = new Set(['OfferRefused']);

const confirmed = (session: Session | undefined): session is Session => session?.state === 'confirmed';

function refer({ line }: Stage, number: string): void {
  if (confirmed(line.session)) line.session.refer(`<sip:${number}@${DOMAIN}>`, [], nobody);
}

async function hold(session: Session | undefined, { advance }: Stage): Promise<void> {
  if (!confirmed(session)) return;
  for (const direction of ['sendonly', 'sendrecv']) {
    const done = attempt(() => (confirmed(session) ? session.offer(direction) : undefined));
    await advance(300);
    void done;
  }
}

const scenarios: readonly Scenario[] = [
  async function answered(stage) {
    const { session } = stage.exchange.dial(stage.exchange.caller, LINE);
    await stage.advance(1500);
    session.hangUp();
  },
  async function canceled(stage) {
    const { session } = stage.exchange.dial(stage.exchange.caller, LINE);
    await stage.advance(50);
    session.hangUp();
  },
  async function dialledOut(stage) {
    const { session } = stage.exchange.dial(stage.exchange.endpoint, BILLING);
    await stage.advance(1500);
    session.hangUp();
  },
  async function heldByBoth(stage) {
    const { session } = stage.exchange.dial(stage.exchange.caller, LINE);
    await stage.advance(300);
    await hold(session, stage);
    await hold(stage.line.session, stage);
    stage.line.session?.hangUp();
  },
  async function transferred(stage) {
    const { session } = stage.exchange.dial(stage.exchange.caller, LINE);
    await stage.advance(300);
    refer(stage, BILLING);
    await stage.advance(2000);
    session.hangUp();
  },
  async function transferFailed(stage) {
    stage.exchange.phones.set(BILLING, refusing(486));
    const { session } = stage.exchange.dial(stage.exchange.caller, LINE);
    await stage.advance(300);
    refer(stage, BILLING);
    await stage.advance(500);
    await hold(stage.line.session, stage);
    session.hangUp();
  },
  async function transferredAndLeft(stage) {
    const { session } = stage.exchange.dial(stage.exchange.caller, LINE);
    await stage.advance(300);
    refer(stage, BILLING);
    await stage.advance(60);
    session.hangUp();
  },
  async function refused(stage) {
    stage.exchange.phones.set(LINE, refusing(603));
    stage.exchange.dial(stage.exchange.caller, LINE);
    await stage.advance(500);
  },
];

const HONEST = '10.0.0.8';

/** Packets of the attacked agents as they are when nobody attacks, by scenario. */
const recordings = new Map<number, readonly Buffer[]>();

async function perform(plan: number, pieces: readonly Piece[]): Promise<Buffer[]> {
  const exchange = await startExchange({ log: loud });
  const { network, clock, phones } = exchange;
  const trace = traceOf(exchange.trunk);
  const attacked = new Set([exchange.caller.hop.host, exchange.endpoint.hop.host]);
  const recorded: Buffer[] = [];
  const spoiled = Map.groupBy(pieces, ({ at }) => at >> 1);
  network.alter = ({ from, to }, bytes) => {
    if (!attacked.has(from.host) && !attacked.has(to.host)) return [bytes];
    const index = recorded.push(Buffer.from(bytes)) - 1;
    const here = spoiled.get(index) ?? [];
    // An odd place is beside the packet, an even one in its stead.
    const stays = here.every(({ at }) => at % 2 === 1);
    return [...(stays ? [bytes] : []), ...here.map((piece) => piece.bytes)];
  };
  const advance = async (ms: number, step = 5): Promise<void> => {
    for (const end = clock.now() + ms; clock.now() < end;) {
      await settle();
      timed(() => clock.advance(Math.min(step, end - clock.now())));
    }
    await settle();
  };
  const line = ringing(clock, 100);
  phones.set(LINE, line.phone);
  phones.set(BILLING, ringing(clock, 200).phone);
  phones.set(SALES, ringing(clock, 100).phone);

  const honest = await startAgent({ network, clock, host: HONEST, log: loud });
  const call = exchange.dial(honest, SALES);
  await advance(20);
  await scenarios[plan]!({ exchange, line, advance });
  await advance(500);
  expectThat(call.events.join() === 'progressed 180,answered', `the honest call saw ${call.events.join()}`);
  expectThat(call.session.state === 'confirmed', `the honest call is ${call.session.state}`);
  call.session.hangUp();
  await advance(200);

  await leave(exchange, honest, advance);
  timed(trace);
  return recorded;
}

/** The trunk's trace of all that comes and goes; the result draws it. */
function traceOf(trunkAgent: Agent): () => void {
  const tracer = new Tracer();
  trunkAgent.transport.tap((traced) => {
    const sipCallId = traced.message.headers.get('Call-ID') ?? '';
    tracer.bind(sipCallId, { callId: TRACED, legId: sipCallId, role: 'caller', label: 'Anybody' });
    tracer.observe(traced);
  });
  return () => {
    const ladder = tracer.ladder(TRACED);
    expectThat(ladder !== undefined && ladderText(ladder).length > 0 && ladderMermaid(ladder).length > 0, 'no trace');
  };
}

const TRACED = 'all';

/** Everybody hangs up; when the longest timer has run out, nothing may be left. */
async function leave(
  exchange: Exchange,
  honest: Agent,
  advance: (ms: number, step?: number) => Promise<void>,
): Promise<void> {
  const { board, clock, records, media, network } = exchange;
  const agents = [exchange.trunk, exchange.caller, exchange.endpoint, exchange.party, honest];
  network.alter = (_, bytes) => [bytes];
  for (const call of board.calls.values()) endCall(board, call, { by: 'trunk', result: 'failed' });
  for (const { ua } of agents) for (const session of ua.sessions) session.hangUp();
  await advance(LONGEST_TIMER_MS, 1000);
  expectThat(board.calls.size === 0, `${board.calls.size} calls are left`);
  for (const { transactions, ua, hop } of agents) {
    const { client, server } = transactions.counts();
    expectThat(client + server === 0, `${client} client and ${server} server transactions are left at ${hop.host}`);
    expectThat([...ua.sessions].length === 0, `sessions are left at ${hop.host}`);
  }
  expectThat(
    records.every(({ end }) => end !== undefined),
    'a record is still open',
  );
  expectThat(
    media.sessions.every(({ closed }) => closed),
    'media is still open',
  );
  expectThat(clock.pending === 0, `${clock.pending} timers are left`);
}

/** A REFER whose NOTIFYs were spoiled is waited for as long as its subscription lasts, and 64·T1 more. */
const LONGEST_TIMER_MS = (REFER_EXPIRES_SECONDS + 64 * 0.5 + 8) * 1000;

/** Puts a message into the dialog that another one belongs to, as if its sender had sent this instead. */
function adopt(message: Buffer, real: Buffer, dice: Dice): Buffer {
  const text = real.toString('latin1');
  const isAnswer = text.startsWith('SIP/2.0');
  const value = (name: string): string => new RegExp(`\\r\\n${name}: ([^\\r]*)`, 'i').exec(text)?.[1] ?? '';
  const [from, to] = isAnswer ? [value('To'), value('From')] : [value('From'), value('To')];
  const adopted = message
    .toString('latin1')
    .replace(/\r\nFrom: [^\r]*/, () => `\r\nFrom: ${from}`)
    .replace(/\r\nTo: [^\r]*/, () => `\r\nTo: ${to}`)
    .replace(/\r\nCall-ID: [^\r]*/, () => `\r\nCall-ID: ${value('Call-ID')}`)
    .replace(/\r\nCSeq: \d+/, () => `\r\nCSeq: ${1 + dice.below(12)}`)
    .replace(/branch=[^\r;]*/, () => `branch=z9hG4bK${dice.below(1e6)}`);
  return Buffer.from(adopted, 'latin1');
}

function generate(dice: Dice): Case {
  const plan = dice.below(scenarios.length);
  const recorded = recordings.get(plan)!;
  const pieces = Array.from({ length: 1 + dice.below(6) }, (): Piece => {
    const index = dice.below(recorded.length);
    // Mostly what really goes there; sometimes what went elsewhere, or something else in the same dialog, or a stranger.
    const [real, elsewhere, stranger] = [recorded[index]!, dice.pick(recorded), dice.pick(everyMessage)];
    const seed = dice.pick([
      real,
      real,
      real,
      elsewhere,
      adopt(stranger, real, dice),
      adopt(stranger, real, dice),
      stranger,
    ]);
    const bytes = dice.chance(0.3) ? seed : mutate(seed, dice, elsewhere);
    return { at: index * 2 + dice.below(2), bytes };
  });
  return { plan, pieces };
}

export const trunk: Part = {
  name: 'trunk',
  inSuite: 400,
  async open() {
    for (const plan of scenarios.keys()) {
      if (!recordings.has(plan)) recordings.set(plan, await perform(plan, []));
    }
    return {
      generate,
      check: async ({ plan, pieces }) => {
        await perform(plan, pieces);
      },
      close: async () => {},
    };
  },
};
