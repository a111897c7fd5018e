/**
 * A switchboard and telephones with real RTP sessions, in virtual time. Each telephone says a tone of its own for as long as it
 * has a call, so that a test can tell who hears whom and when (`heard.ts`).
 */
import { expect, onTestFinished } from 'vitest';
import type { Call } from '../../src/core/b2bua/call.ts';
import { endCall } from '../../src/core/b2bua/hang-up.ts';
import { play } from '../../src/core/media/player.ts';
import type { MediaFactory, MediaSession } from '../../src/core/media/session.ts';
import { tone } from '../../src/core/media/sound.ts';
import type { SipResponse } from '../../src/core/message/index.ts';
import type { Session } from '../../src/core/ua/session.ts';
import type { SessionUser } from '../../src/core/ua/session-user.ts';
import type { Agent } from './agent.ts';
import { CALLER, DOMAIN, LINE, startExchange, type Exchange, type ExchangeOptions } from './exchange.ts';
import { Heard, type Tones } from './heard.ts';
import { expectNothingLeft } from './nothing-left.ts';
import { RtpNetwork } from './rtp-network.ts';

const TONES = { caller: 500, agent: 800, billing: 1100, sales: 1400, 'hold-music': 1700, 'ring-back': 2000 };

/** A switchboard, and when something happened after which somebody is to hear something else. */
type Place = Exchange & { cue(name: string): void };

/** What fails fails the test. */
function detach(work: Promise<unknown> | undefined): void {
  work?.catch((error: unknown) => expect.unreachable(String(error)));
}

/** One telephone with one call at a time. */
class HallPhone {
  readonly name: Name;
  readonly heard: Heard;
  session: Session | undefined;
  media: MediaSession | undefined;
  readonly #hall: Place;
  readonly #agent: Agent;
  readonly #factory: MediaFactory;
  #voice: { stop(): void } | undefined;

  constructor(hall: Place, name: Name, agent: Agent, factory: MediaFactory) {
    this.name = name;
    this.#hall = hall;
    this.#agent = agent;
    this.#factory = factory;
    this.heard = new Heard(() => hall.clock.now(), TONES satisfies Tones);
  }

  async call(number: string, from = CALLER): Promise<void> {
    const sdp = await (await this.#take()).createOffer();
    const { hop } = this.#hall.trunk;
    this.session = this.#agent.ua.invite(
      {
        uri: `sip:${number}@${hop.host}`,
        from: `<sip:${from}@${DOMAIN}>`,
        to: `<sip:${number}@${DOMAIN}>`,
        hop,
        sdp,
      },
      this.#user({
        progressed: (response) => this.#answered(response),
        answered: (response) => this.#answered(response),
        failed: () => this.#end(),
      }),
    );
  }

  #answered({ body }: SipResponse): void {
    if (body.length === 0) return;
    detach(
      this.#sure()
        .acceptAnswer(new TextDecoder().decode(body))
        .then(() => this.#speak()),
    );
  }

  /** Is rung as this number. */
  listen(number: string, { afterMs, status, early = false }: Listening = {}): void {
    const { phones, clock } = this.#hall;
    phones.set(number, (invitation) => {
      const { incoming } = (this.session = invitation.take(this.#user({})));
      if (!incoming) throw new Error('a call without an INVITE');
      const answer = this.#take().then((media) => media.answerOffer(incoming.offer ?? ''));
      const speak = (how: (sdp: string) => void) => answer.then(how).then(() => this.#speak());
      this.#hall.cue('rung');
      if (early) detach(speak((sdp) => incoming.progress(183, sdp)));
      else incoming.progress(180);
      if (afterMs === undefined) return;
      clock.after(afterMs, () => {
        this.#hall.cue(status === undefined ? 'answered' : 'refused');
        if (status === undefined) return detach(speak((sdp) => incoming.answer(sdp)));
        incoming.reject(status);
        this.#end();
      });
    });
  }

  /** `sendonly` holds with music of its own: what it says goes on. */
  async hold(direction: 'sendonly' | 'inactive' = 'inactive'): Promise<void> {
    this.#hall.cue(`${this.name} holds`);
    await Promise.all([this.#offer(true, direction), this.#hall.run(100)]);
  }

  async resume(): Promise<void> {
    this.#hall.cue(`${this.name} resumes`);
    await Promise.all([this.#offer(false, 'sendrecv'), this.#hall.run(100)]);
  }

  async #offer(held: boolean, direction: string): Promise<void> {
    const { media, session } = this;
    if (!media || !session) throw new Error('there is no call to hold');
    media.setHold(held);
    const offer = await media.createOffer();
    await media.acceptAnswer(await session.offer(offer.replace('a=sendonly', `a=${direction}`)));
  }

  refer(number: string, leaves = false): void {
    this.session?.refer(`<sip:${number}@${DOMAIN}>`, [], {
      refused: () => {},
      notified: ({ status }) => {
        if (leaves && status === 200) this.hangUp();
      },
    });
  }

  hangUp(): void {
    this.session?.hangUp();
    this.#end();
  }

  #sure(): MediaSession {
    if (!this.media) throw new Error('a telephone without media');
    return this.media;
  }

  async #take(): Promise<MediaSession> {
    this.media = await this.#factory.rtp();
    this.heard.to(this.media);
    return this.media;
  }

  #speak(): void {
    if (!this.media || this.#voice) return;
    this.#voice = play(tone([TONES[this.name]]), this.media, { clock: this.#hall.clock, loop: true });
  }

  #end(): void {
    this.#voice?.stop();
    this.#voice = undefined;
    detach(this.media?.close());
    this.media = undefined;
  }

  #user(more: Partial<SessionUser>): SessionUser {
    return {
      ended: () => this.#end(),
      canceled: () => this.#end(),
      offered: (offer) => (offer === undefined ? this.#sure().createOffer() : this.#sure().answerOffer(offer)),
      referred: (refer) => refer.reject(603),
      ...more,
    };
  }
}

interface Listening {
  /** Until it answers; it never does without. */
  readonly afterMs?: number;
  /** Refuses with it then. */
  readonly status?: number;
  /** Sends sound before it answers. */
  readonly early?: boolean;
}

type Name = 'caller' | 'agent' | 'billing' | 'sales';

export interface Hall {
  readonly exchange: Exchange;
  readonly caller: HallPhone;
  /** Whom LINE rings. */
  readonly agent: HallPhone;
  readonly billing: HallPhone;
  readonly sales: HallPhone;
  /** The one call there is. */
  readonly call: Call;
  /** Something happens now after which somebody is to hear something else. */
  cue(name: string): void;
  run(ms: number): Promise<void>;
  /** Caller and agent talk. */
  begin(): Promise<void>;
  /** Fails with who, when and what. What is not named hears nobody. */
  expectHeard(expected: Partial<Record<Name, readonly string[]>>): void;
}

export async function startHall(options: ExchangeOptions = {}): Promise<Hall> {
  let network: RtpNetwork | undefined;
  const exchange = await startExchange({
    countries: ['US'],
    sounds: { 'hold-music': tone([TONES['hold-music']]), 'ring-back': tone([TONES['ring-back']]) },
    ...options,
    media: (clock) => (network = new RtpNetwork(clock)).at('10.0.0.1'),
  });
  const cues = new Map<string, number>();
  const cue = (name: string): void => void cues.set(name, exchange.clock.now());
  const withCue = { ...exchange, cue };
  const phone = (name: Name, agent: Agent) => new HallPhone(withCue, name, agent, network!.at(agent.hop.host));
  const phones = {
    caller: phone('caller', exchange.caller),
    agent: phone('agent', exchange.endpoint),
    billing: phone('billing', exchange.party),
    sales: phone('sales', exchange.party),
  };
  phones.agent.listen(LINE, { afterMs: 200 });
  onTestFinished(async () => {
    const { board, run, clock, trunk, caller, endpoint, party } = exchange;
    for (const call of board.calls.values()) endCall(board, call, { by: 'trunk', result: 'answered' });
    await run(1000);
    expectNothingLeft(clock, trunk, caller, endpoint, party);
  });
  return {
    exchange,
    ...phones,
    cue,
    get call() {
      const [call] = exchange.board.calls.values();
      if (!call) throw new Error('there is no call');
      return call;
    },
    run: exchange.run,
    async begin() {
      await phones.caller.call(LINE);
      await exchange.run(1000);
    },
    expectHeard(expected) {
      const problems = Object.entries(phones).flatMap(([name, { heard }]) =>
        heard.problems(expected[name as Name] ?? [], cues).map((problem) => `${name} ${problem}`),
      );
      if (problems.length > 0) expect.fail(problems.join('\n'));
    },
  };
}
