/** Legs as an application knows them: the live ones, and for a while those that have ended. */
import type { Call } from '../b2bua/call.ts';
import type { Leg } from '../b2bua/leg.ts';
import { callerName, directionOf, endsOf, forwardedFrom, parentOf, statusOf } from './call-facts.ts';
import type { CallDirection, CallStatus } from './call-facts.ts';
import { callSid } from './sids.ts';

/** Times are epoch milliseconds. */
export interface CallResource {
  readonly sid: string;
  /** Of the leg whose document made this one. */
  readonly parentSid?: string;
  readonly callId: string;
  readonly from: string;
  readonly to: string;
  readonly status: CallStatus;
  readonly direction: CallDirection;
  readonly createdAt: number;
  readonly answeredAt?: number;
  readonly endedAt?: number;
  readonly callerName?: string;
  readonly forwardedFrom?: string;
}

/** Ended legs remembered. */
const MOST_ENDED = 1000;

export class CallBook {
  readonly #live: () => Iterable<Call>;
  /** By SID, oldest first. */
  readonly #ended = new Map<string, CallResource>();

  constructor(live: () => Iterable<Call>) {
    this.#live = live;
  }

  /** Newest first. */
  all(): CallResource[] {
    const live = [...this.#live()].flatMap((call) => [...resourcesOf(call).values()]);
    return [...this.#ended.values(), ...live].toReversed().sort((a, b) => b.createdAt - a.createdAt);
  }

  one(sid: string): CallResource | undefined {
    const found = this.leg(sid);
    return found ? resourcesOf(found.call).get(sid) : this.#ended.get(sid);
  }

  /** A leg of a live call; it may have ended. */
  leg(sid: string): { readonly call: Call; readonly leg: Leg } | undefined {
    for (const call of this.#live()) {
      const legs = call.legs.filter((each) => callSid(each) === sid);
      const leg = legs.reduce<Leg | undefined>(speaksFor, undefined);
      if (leg) return { call, leg };
    }
    return undefined;
  }

  callEnded(call: Call): void {
    for (const [sid, resource] of resourcesOf(call)) {
      this.#ended.set(sid, resource);
      const oldest = this.#ended.keys().next().value;
      if (this.#ended.size > MOST_ENDED && oldest !== undefined) this.#ended.delete(oldest);
    }
  }
}

/** Of the legs that were placed in each other's stead: the one that was answered, else a live one, else the last. W25. */
function speaksFor(one: Leg | undefined, other: Leg): Leg {
  if (!one || other.answeredAt !== undefined) return other;
  return one.answeredAt !== undefined || (one.live && !other.live) ? one : other;
}

/** One for each SID. */
function resourcesOf(call: Call): Map<string, CallResource> {
  const legs = new Map<string, { readonly first: Leg; readonly leg: Leg }>();
  for (const leg of call.legs) {
    const sid = callSid(leg);
    const known = legs.get(sid);
    legs.set(sid, { first: known?.first ?? leg, leg: speaksFor(known?.leg, leg) });
  }
  const resources = new Map<string, CallResource>();
  for (const [sid, { first, leg }] of legs) {
    resources.set(sid, { ...resourceOf(call, leg), createdAt: first.facts.startedAt });
  }
  return resources;
}

function resourceOf(call: Call, leg: Leg): CallResource {
  const parentSid = parentOf(call, leg);
  const name = callerName(call, leg);
  const forwarded = forwardedFrom(leg);
  return {
    sid: callSid(leg),
    ...(parentSid === undefined ? {} : { parentSid }),
    callId: call.id,
    ...endsOf(call, leg),
    status: statusOf(leg),
    direction: directionOf(call, leg),
    createdAt: leg.facts.startedAt,
    ...(leg.answeredAt === undefined ? {} : { answeredAt: leg.answeredAt }),
    ...(leg.endedAt === undefined ? {} : { endedAt: leg.endedAt }),
    ...(name === '' ? {} : { callerName: name }),
    ...(forwarded === undefined ? {} : { forwardedFrom: forwarded }),
  };
}
