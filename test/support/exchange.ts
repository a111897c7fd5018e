/**
 * A switchboard with a caller, an endpoint and some phones around it, all real user agents on the memory network:
 * call control without sockets and in virtual time.
 */
import type { CallView } from '../../src/nouns/call.ts';
import { Board, type BoardOptions, type Route } from '../../src/core/b2bua/board.ts';
import type { Call } from '../../src/core/b2bua/call.ts';
import { Capacity, type CapacityLimits, type QueueLimits } from '../../src/core/b2bua/capacity.ts';
import type { ProviderPolicy, TransferSettings } from '../../src/core/b2bua/policy.ts';
import { plivo } from '../../src/core/b2bua/providers/plivo.ts';
import { peerControl } from '../../src/core/b2bua/lose-peer.ts';
import type { PeerTimeouts } from '../../src/core/b2bua/peer-watch.ts';
import { receiveCall } from '../../src/core/b2bua/receive-call.ts';
import { blindTransfer } from '../../src/core/b2bua/transfer.ts';
import type { RecordDraft } from '../../src/core/b2bua/record-draft.ts';
import { silent, type Logger } from '../../src/core/log/logger.ts';
import type { MediaFactory } from '../../src/core/media/session.ts';
import { silence } from '../../src/core/media/sound.ts';
import { Tracer } from '../../src/core/trace/index.ts';
import type { Session } from '../../src/core/ua/session.ts';
import type { SessionUser } from '../../src/core/ua/session-user.ts';
import type { Invitation } from '../../src/core/ua/user-agent.ts';
import { startAgent, type Agent } from './agent.ts';
import { fakeMedia, type FakeMediaFactory } from './fake-media.ts';
import { MemoryNetwork, type NetworkOptions } from './memory-network.ts';
import { settle, VirtualClock } from './virtual-clock.ts';

export const DOMAIN = 'demo.zt.patchcord.test';
export const LINE = '+14155550100';
export const CALLER = '+14155550199';
export const BILLING = '+14155551234';
export const SALES = '+14155555678';

/** What a phone does with an INVITE. */
export type Phone = (invitation: Invitation) => void;

export interface Exchange {
  readonly clock: VirtualClock;
  readonly network: MemoryNetwork;
  readonly board: Board;
  readonly media: FakeMediaFactory;
  readonly trunk: Agent;
  readonly caller: Agent;
  /** The endpoint that LINE rings, and that dials out. */
  readonly endpoint: Agent;
  /** Everybody else: whom calls and transfers ring. */
  readonly party: Agent;
  /** What the endpoint and the parties do when they are called, by number. */
  readonly phones: Map<string, Phone>;
  readonly records: RecordDraft[];
  /** What crossed the trunk. */
  readonly tracer: Tracer;
  /** Last picture of every call, ended ones included. */
  readonly pictures: Map<string, CallView>;
  /** Goes on in steps, so that promises between them are kept. */
  run(ms: number): Promise<void>;
  dial(
    from: Agent,
    to: string,
    user?: Partial<SessionUser>,
    fromNumber?: string,
  ): { session: Session; events: string[] };
}

export interface ExchangeOptions {
  readonly log?: Logger;
  readonly network?: NetworkOptions;
  readonly ringSeconds?: number;
  readonly policy?: ProviderPolicy;
  readonly limits?: Partial<CapacityLimits>;
  /** What may wait of the calls over the rate; by default nothing. */
  readonly queue?: QueueLimits;
  readonly countries?: readonly string[];
  readonly transfers?: TransferSettings;
  /** What the trunk plays; silence by default. */
  readonly sounds?: BoardOptions['sounds'];
  /** The endpoint that LINE rings is a console. */
  readonly console?: boolean;
  /** In place of media without sockets. */
  readonly media?: (clock: VirtualClock) => MediaFactory;
  /** What the egress guard says. */
  readonly mayLead?: BoardOptions['mayLead'];
  /** 30 and 1800 s by default. */
  readonly peerTimeouts?: Partial<PeerTimeouts>;
  /** LINE has a second URI, which the phone `fallback` answers. */
  readonly fallback?: boolean;
}

export async function startExchange(options: ExchangeOptions = {}): Promise<Exchange> {
  const { log = silent } = options;
  const clock = new VirtualClock();
  const network = new MemoryNetwork(clock, { delayMs: [1, 1], ...options.network });
  const media = fakeMedia();
  const phones = new Map<string, Phone>();
  const records: RecordDraft[] = [];
  const pictures = new Map<string, CallView>();
  let ids = 0;
  const numbered = (invitation: Invitation) => {
    const number = /^sip:([^@]+)@/.exec(invitation.request.uri)?.[1] ?? '';
    const phone = phones.get(number);
    if (phone) phone(invitation);
    else invitation.refuse(404);
  };
  const hopOf = (number: string) => (number === LINE ? endpoint.hop : party.hop);
  const route = (number: string): Route | undefined => {
    if (number !== LINE && !phones.has(number)) return undefined;
    const hop = hopOf(number);
    return {
      identity: { number, name: '' },
      direction: number === LINE ? 'inbound' : 'outbound',
      destinations: [
        {
          role: number !== LINE ? 'target' : options.console ? 'console' : 'endpoint',
          uri: `sip:${number}@${hop.host}:${hop.port}`,
          hop,
          media: 'rtp',
        },
        ...(options.fallback && number === LINE ? [fallback] : []),
      ],
    };
  };
  const picture = (call: Call) => pictures.set(call.id, call.snapshot());
  const boardOptions: BoardOptions = {
    clock,
    log,
    media: options.media?.(clock) ?? media,
    transfers: blindTransfer,
    sounds: options.sounds ?? { 'hold-music': silence, 'ring-back': silence },
    id: () => `id-${(ids += 1)}`,
    domain: () => ({
      policy: options.policy ?? plivo,
      account: {
        domain: DOMAIN,
        numbers: [LINE],
        countries: options.countries ?? ['US', 'DE'],
        transfers: options.transfers,
      },
    }),
    domainOf: () => DOMAIN,
    capacity: new Capacity(
      clock,
      () => ({ concurrentCalls: 100_000, callsPerSecond: 100_000, ...options.limits }),
      () => options.queue,
    ),
    policy: () => options.policy ?? plivo,
    ringSeconds: () => options.ringSeconds ?? 30,
    peers: peerControl(() => ({ timeoutSeconds: 30, heldTimeoutSeconds: 1800, ...options.peerTimeouts })),
    fallbackSeconds: () => 5,
    route,
    routeUri: ({ user, host }) => (host === DOMAIN ? (route(user ?? '')?.destinations ?? []) : undefined),
    redirect: (uri) => ('host' in uri && uri.host === DOMAIN ? (route(uri.user ?? '')?.destinations ?? []) : []),
    ...(options.mayLead ? { mayLead: options.mayLead } : {}),
    nameOf: () => '',
    admit: ({ arrival }) => ({ role: arrival.remote.host === endpoint.hop.host ? 'endpoint' : 'caller' }),
    consoleNumber: () => undefined,
    events: {
      callChanged: picture,
      callEnded: picture,
      legBound: (call, leg, sipCallId) => {
        const { role, identity } = leg.facts;
        tracer.bind(sipCallId, {
          callId: call.id,
          legId: leg.id,
          role,
          label: identity.number,
          number: identity.number,
        });
      },
      legMoved() {},
      keyPressed() {},
      recordBegan: (draft) => records.push(draft),
      recordAnswered() {},
      recordEnded() {},
    },
  };
  const tracer = new Tracer();
  const board = new Board(boardOptions);
  const agent = (host: string, invited: Phone, user = 'agent') =>
    startAgent({ network, clock, host, invited, user, log });
  const trunk = await agent('10.0.0.1', (invitation) => receiveCall(board, invitation), 'trunk');
  board.attach(trunk.ua);
  trunk.transport.tap((traced) => tracer.observe(traced));
  const caller = await agent('10.0.0.2', numbered);
  const endpoint = await agent('10.0.0.3', numbered);
  const party = await agent('10.0.0.4', numbered);

  const fallback = {
    role: 'endpoint',
    uri: `sip:fallback@${party.hop.host}:${party.hop.port}`,
    hop: party.hop,
    media: 'rtp',
  } as const;

  return {
    clock,
    network,
    board,
    media,
    trunk,
    caller,
    endpoint,
    party,
    phones,
    records,
    tracer,
    pictures,
    async run(ms) {
      const end = clock.now() + ms;
      while (clock.now() < end) {
        await settle();
        clock.advance(Math.min(1 + Math.floor((end - clock.now()) / 200), end - clock.now()));
      }
      await settle();
    },
    dial(from, to, user = {}, fromNumber = CALLER) {
      const events: string[] = [];
      const session = from.ua.invite(
        {
          uri: `sip:${to}@${trunk.hop.host}`,
          from: `<sip:${fromNumber}@${DOMAIN}>`,
          to: `<sip:${to}@${DOMAIN}>`,
          hop: trunk.hop,
          sdp: 'sendrecv',
        },
        { ...plainUser(events), ...user },
      );
      return { session, events };
    },
  };
}

export function plainUser(events: string[]): SessionUser {
  return {
    progressed: ({ status }) => events.push(`progressed ${status}`),
    answered: () => events.push('answered'),
    failed: (status) => events.push(`failed ${status}`),
    canceled: () => events.push('canceled'),
    ended: (by) => events.push(`ended ${by}`),
    offered: async () => 'sendrecv',
    referred: (refer) => refer.reject(603),
  };
}

export interface RingingPhone {
  readonly events: string[];
  readonly phone: Phone;
  session: Session | undefined;
}

/** Rings, and answers after `afterMs`; rings for ever without. */
export function ringing(clock: VirtualClock, afterMs?: number): RingingPhone {
  const events: string[] = [];
  const ringingPhone: RingingPhone = {
    events,
    session: undefined,
    phone: (invitation) => {
      const session = invitation.take(plainUser(events));
      ringingPhone.session = session;
      session.incoming?.progress(180);
      if (afterMs === undefined) return;
      clock.after(afterMs, () => session.incoming?.answer('sendrecv'));
    },
  };
  return ringingPhone;
}

export function refusing(status: number): Phone {
  return (invitation) => invitation.refuse(status);
}
