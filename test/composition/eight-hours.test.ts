/**
 * Eight hours of a trunk in virtual time: calls of every length, holds, transfers that end in every way, phones that vanish,
 * refreshes of sessions and registrations, old recordings. Once an hour everybody but one call pauses: then exactly that call
 * is left, hour for hour the same, and in the end nothing (W2, RFC 4028, RFC 3261 §10).
 */
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { RecordStore } from '../../src/core/cdr/index.ts';
import { LiveConfig } from '../../src/core/config/live-config.ts';
import { parseConfig } from '../../src/core/config/config.ts';
import { openHistory } from '../../src/core/history/history.ts';
import { silent } from '../../src/core/log/logger.ts';
import { createRequest } from '../../src/core/message/index.ts';
import { Registrar } from '../../src/core/ua/registrar.ts';
import type { Session } from '../../src/core/ua/session.ts';
import { startAgent } from '../support/agent.ts';
import { BILLING, DOMAIN, LINE, refusing, ringing, SALES, startExchange, type Exchange } from '../support/exchange.ts';
import { finalNotifies } from '../support/final-notifies.ts';
import { expectNothingLeft } from '../support/nothing-left.ts';
import { seeded } from '../support/random.ts';

const HOURS = 8;
const HOUR_MS = 3_600_000;
/** Of each hour: then no call begins any more, and in the pause after it the longest of them and all timers have ended. */
const BUSY_MS = 1_600_000;
const EVERY_MS = 40_000;
const USERS = 20;
const NOBODY = '+14155559999';

it(
  'W2: eight hours of calls leave the counts flat, every REFER told once, and nothing at the end',
  { timeout: 120_000 },
  async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'patchcord-eight-hours-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const exchange = await startExchange({ ringSeconds: 20 });
    const { clock, board, trunk, caller, endpoint, party, network, media, records } = exchange;
    const store = RecordStore.open(':memory:', { log: silent, clock });
    const parsed = parseConfig({ recording: { keepDays: 1 } });
    if (!parsed.ok) throw new Error(parsed.error.join());
    const history = await openHistory({
      clock,
      log: silent,
      folder,
      store,
      config: new LiveConfig(parsed.value),
      board: () => board,
      callEnded: () => {},
    });
    const kept = {
      ...history.events,
      recordBegan: (draft: (typeof records)[0]) => {
        records.push(draft);
        history.events.recordBegan(draft);
      },
    };
    Object.assign(board.options, { events: kept });
    trunk.transport.tap((traced) => history.tracer.observe(traced));

    const registrations = await register(exchange);
    const random = seeded(8);
    const lost = losing(exchange);
    const played = new Map<string, number>();
    const day = await longCall(exchange);
    // So that it is neither held nor refreshed when the hour is over.
    await clock.advanceAsync(750_000);
    const told = { accepted: 0, once: 0 };
    const hourly: unknown[] = [];
    /** A record of the hour before. */
    let old = '';
    for (let hour = 0; hour < HOURS; hour += 1) {
      for (let at = 0; at < BUSY_MS; at += EVERY_MS) {
        clock.after(at, () => {
          const name = names[Math.floor(random() * names.length)]!;
          played.set(name, (played.get(name) ?? 0) + 1);
          scenarios[name]!(exchange, random, lost);
        });
      }
      if (hour === 3) {
        // A recording of yesterday, and a file that is none of ours.
        await writeFile(path.join(folder, `${old}.wav`), 'RIFF');
        await writeFile(path.join(folder, 'notes.wav'), 'mine');
        for (const name of await readdir(folder))
          await utimes(path.join(folder, name), 0, (clock.wall() - 2 * 86_400_000) / 1000);
        history.retention.start();
      }
      await clock.advanceAsync(HOUR_MS);
      const ends = finalNotifies(network);
      told.accepted += ends.length;
      told.once += ends.filter(({ length }) => length === 1).length;
      network.sent.length = 0;
      lost.callIds.clear();
      hourly.push({
        calls: board.calls.size,
        legs: board.options.capacity.view().legs,
        open: records.filter(({ end }) => end === undefined).length,
        media: media.sessions.filter(({ closed }) => !closed).length,
        trunk: [...trunk.ua.sessions].length,
        others: [caller, endpoint, party].map(({ ua }) => [...ua.sessions].length),
        registered: registrations.count(),
        transactions: trunk.transactions.counts(),
        timers: clock.pending,
        held: day.call().legs.map(({ held }) => held),
      });
      old = records[1]!.id;
      records.splice(1, records.length - 1);
    }
    const rest = { calls: 1, legs: 1, open: 1, media: 2, trunk: 2, others: [1, 1, 0], registered: USERS / 2 };
    expect(hourly).toEqual(
      hourly.map(() => ({
        ...rest,
        transactions: { client: 0, server: 0 },
        timers: expect.any(Number),
        held: [false, false],
      })),
    );
    const timers = hourly.map((each) => (each as { timers: number }).timers);
    expect(Math.max(...timers.slice(1)) - Math.min(...timers.slice(1))).toBeLessThanOrEqual(2);
    expect(told.once).toBe(told.accepted);
    expect(told.accepted).toBeGreaterThan(100);
    expect([...played.keys()].toSorted()).toEqual([...names].toSorted());
    expect(await readdir(folder)).toEqual(['notes.wav']);

    day.caller.hangUp();
    registrations.stop();
    await clock.advanceAsync(HOUR_MS);
    await history.stop();
    expectNothingLeft(clock, trunk, caller, endpoint, party, registrations.agent);
    expect([board.calls.size, registrations.count()]).toEqual([0, 0]);
    expect(media.sessions.every(({ closed }) => closed)).toBe(true);
    store.close();
  },
);

type Scenario = (exchange: Exchange, random: () => number, lost: Lost) => void;

interface Lost {
  /** Calls of phones that have vanished. */
  readonly callIds: Set<string>;
  /** How many of the next NOTIFYs get lost. */
  notifies: number;
}

function losing({ network }: Exchange): Lost {
  const lost: Lost = { callIds: new Set(), notifies: 0 };
  network.drop = ({ startLine, text }) => {
    if (lost.callIds.has(/^Call-ID: (.*)$/m.exec(text)?.[1]?.trim() ?? '')) return true;
    return startLine.startsWith('NOTIFY') && (lost.notifies -= 1) >= 0;
  };
  return lost;
}

/** A call between a caller and the endpoint; `then` runs when both talk. */
function talk(exchange: Exchange, then: (caller: Session, endpoint: Session) => void): void {
  const { clock, phones } = exchange;
  const agent = ringing(clock, 3000);
  phones.set(LINE, agent.phone);
  const { session } = exchange.dial(exchange.caller, LINE);
  clock.after(5000, () => {
    if (agent.session?.state === 'confirmed') then(session, agent.session);
  });
}

const within = (random: () => number, min: number, max: number) => (min + random() * (max - min)) * 1000;

interface Both {
  readonly caller: Session;
  readonly endpoint: Session;
}

/** The endpoint refers the caller; `then` happens two seconds later. */
const transfer =
  (to: string, then: (both: Both) => void): Scenario =>
  (exchange) =>
    talk(exchange, (caller, endpoint) => {
      const { clock, phones } = exchange;
      phones.set(BILLING, ringing(clock, 4000).phone);
      phones.set(SALES, refusing(486));
      phones.set(NOBODY, ringing(clock).phone);
      endpoint.refer(`<sip:${to}@${DOMAIN}>`, [], { refused() {}, notified() {} });
      clock.after(2000, () => then({ caller, endpoint }));
      clock.after(120_000, () => {
        for (const session of [caller, endpoint]) if (session.state !== 'ended') session.hangUp();
      });
    });

const scenarios: Record<string, Scenario> = {
  'a short talk': (exchange, random) =>
    talk(exchange, (caller) => exchange.clock.after(within(random, 1, 300), () => caller.hangUp())),
  'a long talk': (exchange, random) =>
    talk(exchange, (_, endpoint) => exchange.clock.after(within(random, 500, 1100), () => endpoint.hangUp())),
  hold: (exchange, random) =>
    talk(exchange, (caller, endpoint) => {
      const { clock } = exchange;
      void endpoint.offer('sendonly').catch(() => {});
      clock.after(within(random, 5, 60), () => void endpoint.offer('sendrecv', { retryGlare: true }).catch(() => {}));
      clock.after(90_000, () => caller.hangUp());
    }),
  'nobody answers': (exchange) => {
    exchange.phones.set(LINE, ringing(exchange.clock).phone);
    exchange.dial(exchange.caller, LINE);
  },
  'a transfer that is answered': transfer(BILLING, () => {}),
  'a transfer to somebody busy': transfer(SALES, () => {}),
  'a transfer that nobody answers': transfer(NOBODY, () => {}),
  'a transfer whose transferor hangs up': transfer(NOBODY, ({ endpoint }) => endpoint.hangUp()),
  'a transfer whose caller hangs up': transfer(NOBODY, ({ caller }) => caller.hangUp()),
  'a transferor that is deaf': (exchange, random, lost) => {
    lost.notifies = 30;
    transfer(NOBODY, () => {})(exchange, random, lost);
  },
  // The session timers of the two that are left end the call.
  'a phone that vanishes': (exchange, _random, { callIds }) => talk(exchange, (_, { callId }) => callIds.add(callId)),
};
const names = Object.keys(scenarios);

/** One call that lasts all day, put on hold and taken back once every half an hour. */
async function longCall(exchange: Exchange) {
  const { clock, board, pictures } = exchange;
  let both: Both | undefined;
  talk(exchange, (caller, endpoint) => (both = { caller, endpoint }));
  await clock.advanceAsync(6000);
  const [call] = board.calls.values();
  if (!both || !call) throw new Error('there is no call');
  const { caller, endpoint } = both;
  const half = (): void => {
    if (endpoint.state !== 'confirmed') return;
    void endpoint.offer('sendonly').catch(() => {});
    clock.after(600_000, () => void endpoint.offer('sendrecv').catch(() => {}));
    clock.after(HOUR_MS / 2, half);
  };
  half();
  return { caller, endpoint, call: () => (board.calls.has(call.id) ? call.snapshot() : pictures.get(call.id)!) };
}

/** A registrar, and users who register every five minutes for ten; half of them stop after an hour, and expire. */
async function register({ network, clock, endpoint }: Exchange) {
  const registrar = new Registrar({ clock, ids: endpoint.ua.ids, domain: DOMAIN, admit: () => undefined });
  const agent = await startAgent({ network, clock, host: '10.0.0.9', registrar });
  let stopped = false;
  let seq = 0;
  const users = Array.from({ length: USERS }, (_, index) => `user${index}`);
  const refresh = (user: string, until: number): void => {
    if (stopped || clock.now() > until) return;
    seq += 1;
    const request = createRequest({
      method: 'REGISTER',
      uri: `sip:${DOMAIN}`,
      headers: [
        ['Max-Forwards', '70'],
        ['From', `<sip:${user}@${DOMAIN}>;tag=${user}`],
        ['To', `<sip:${user}@${DOMAIN}>`],
        ['Call-ID', `register-${user}`],
        ['CSeq', `${seq} REGISTER`],
        ['Contact', `<sip:${user}@${endpoint.hop.host}:${endpoint.hop.port}>;expires=600`],
      ],
    });
    endpoint.ua.send(request, agent.hop, { response() {}, timeout() {}, transportError() {} });
    clock.after(300_000, () => refresh(user, until));
  };
  for (const [index, user] of users.entries()) refresh(user, index % 2 === 0 ? Infinity : HOUR_MS / 2);
  return {
    agent,
    count: () => users.filter((user) => registrar.bindings(user).length > 0).length,
    stop: () => {
      stopped = true;
    },
  };
}
