/**
 * Sorts the messages that the transport layer sees into traces of calls.
 *
 * Every message of a busy trunk passes here, so that only its bytes are kept; labels and texts are made when a
 * ladder is asked for, or for the listener if there is one.
 */
import { TurnoverMap } from '../collections/turnover-map.ts';
import { CallTrace } from './call-trace.ts';
import { describe, type LateEntry } from './describe.ts';
import type { Finding, Ladder, LadderMessage, Lifeline } from '../../nouns/ladder.ts';
import type { Traced } from '../transport/index.ts';
import type { LegBinding } from './call-trace.ts';

/** Hears of every message of a call; `lifelines` is the whole list as it now stands. */
export type TraceListener = (callId: string, message: LadderMessage, lifelines: Lifeline[]) => void;

export type LateListener = (callId: string, entry: LateEntry) => void;

export interface TracerOptions {
  /** Messages kept of one call: the first 200 and the newest. 2000 when left out. */
  readonly maxMessagesPerCall?: number;
  /** SIP Call-IDs whose messages wait for their call to be known. 200 when left out. */
  readonly maxUnboundCalls?: number;
  readonly onMessage?: TraceListener | undefined;
}

const MAX_MESSAGES_PER_CALL = 2000;
const MAX_UNBOUND_CALLS = 200;
/** Messages that wait for one call, the newest. */
const MAX_WAITING = 20;
/** Bytes that wait for all of them. */
const MAX_WAITING_BYTES = 4 * 1024 * 1024;

interface Binding {
  /** Undefined once it rests. */
  readonly trace: CallTrace | undefined;
  readonly callId: string;
  readonly legId: string;
}

interface Unbound {
  waiting: Traced[];
  bytes: number;
  dropped: number;
}

export class Tracer {
  readonly #maxMessages: number;
  readonly #maxUnbound: number;
  #listener: TraceListener | undefined;
  readonly #traces = new TurnoverMap<string, CallTrace>();
  /** By SIP Call-ID. */
  readonly #bindings = new Map<string, Binding>();
  /** SIP Call-IDs of the calls whose traces rest. */
  readonly #resting = new Map<string, readonly string[]>();
  #late: LateListener = () => {};
  /** By SIP Call-ID, oldest first. */
  readonly #unbound = new TurnoverMap<string, Unbound>();
  #unboundBytes = 0;

  constructor(options: TracerOptions = {}) {
    this.#maxMessages = options.maxMessagesPerCall ?? MAX_MESSAGES_PER_CALL;
    this.#maxUnbound = options.maxUnboundCalls ?? MAX_UNBOUND_CALLS;
    this.#listener = options.onMessage;
  }

  /** Without a listener a message costs next to nothing. */
  setListener(listener: TraceListener | undefined): void {
    this.#listener = listener;
  }

  /** Whether somebody hears of each message. */
  get listened(): boolean {
    return this.#listener !== undefined;
  }

  /** Hears of messages of calls that rest. */
  setLateListener(listener: LateListener): void {
    this.#late = listener;
  }

  /** Takes a message from `TransportLayer.tap`. One whose Call-ID is not bound yet waits for `bind`, for a while. */
  observe(traced: Traced): void {
    const sipCallId = traced.message.headers.get('Call-ID');
    if (sipCallId === undefined) return;
    const binding = this.#bindings.get(sipCallId);
    if (binding === undefined) this.#wait(sipCallId, traced);
    else this.#add(binding, sipCallId, traced);
  }

  /** Says whose leg a SIP Call-ID is; what waited for it is delivered in order. May be repeated with a new label. */
  bind(sipCallId: string, leg: LegBinding): void {
    let trace = this.#traces.get(leg.callId);
    if (trace === undefined) {
      trace = new CallTrace(leg.callId, this.#maxMessages);
      this.#traces.set(leg.callId, trace);
    }
    trace.setLeg(leg);
    trace.legOf.set(sipCallId, leg.legId);
    const binding = { trace, callId: leg.callId, legId: leg.legId };
    this.#bindings.set(sipCallId, binding);
    const unbound = this.#unbound.get(sipCallId);
    if (unbound === undefined) return;
    this.#forget(sipCallId, unbound);
    trace.skip(unbound.dropped);
    for (const traced of unbound.waiting) this.#add(binding, sipCallId, traced);
  }

  /** The far end of a leg has pressed a key that came with its sound. M6. */
  key(callId: string, legId: string, key: string, at: number): void {
    const trace = this.#traces.get(callId);
    const entry = trace?.addKey(legId, key, at);
    if (trace && entry) this.#listener?.(callId, describe(entry), trace.lifelines());
  }

  /** Undefined for a call that is not known, or of which no message was seen. */
  ladder(callId: string): Ladder | undefined {
    return this.#traces.get(callId)?.ladder();
  }

  /** Messages of a call so far, those that were dropped included. */
  count(callId: string): number {
    return this.#traces.get(callId)?.count ?? 0;
  }

  /** Whether there was a REFER in the call. */
  refers(callId: string): boolean {
    return this.#traces.get(callId)?.refers ?? false;
  }

  /** The trace as it is to be stored; undefined as `ladder` is. */
  pack(callId: string, findings?: Finding[]): Uint8Array | undefined {
    return this.#traces.get(callId)?.pack(findings);
  }

  /** Lets go of the messages of a call, which has been stored; those to come are told to the late listener. */
  rest(callId: string): void {
    const trace = this.#traces.get(callId);
    if (trace === undefined) return;
    this.#traces.delete(callId);
    const sipCallIds: string[] = [];
    for (const [sipCallId, legId] of trace.legOf) {
      if (this.#bindings.get(sipCallId)?.trace !== trace) continue;
      this.#bindings.set(sipCallId, { trace: undefined, callId, legId });
      sipCallIds.push(sipCallId);
    }
    // A copy has its exact size; an array that grew has room for more, which a busy trunk keeps by the thousand.
    this.#resting.set(callId, sipCallIds.slice());
  }

  forget(callId: string): void {
    const sipCallIds = this.#traces.get(callId)?.legOf.keys() ?? this.#resting.get(callId) ?? [];
    this.#traces.delete(callId);
    this.#resting.delete(callId);
    for (const sipCallId of sipCallIds) {
      // A Call-ID may have been bound to another call since.
      if (this.#bindings.get(sipCallId)?.callId === callId) this.#bindings.delete(sipCallId);
    }
  }

  #add({ trace, callId, legId }: Binding, sipCallId: string, traced: Traced): void {
    if (trace === undefined) {
      const { at, direction, transport, remote, local, bytes } = traced;
      this.#late(callId, { at, legId, sipCallId, direction, transport, remote, local, bytes });
      return;
    }
    const entry = trace.add(legId, sipCallId, traced);
    this.#listener?.(callId, describe(entry, trace.repeats(entry)), trace.lifelines());
  }

  #wait(sipCallId: string, traced: Traced): void {
    let unbound = this.#unbound.get(sipCallId);
    if (unbound === undefined) {
      unbound = { waiting: [], bytes: 0, dropped: 0 };
      this.#unbound.set(sipCallId, unbound);
    }
    this.#count(unbound, traced.bytes.length);
    unbound.waiting.push(traced);
    if (unbound.waiting.length > MAX_WAITING) {
      this.#count(unbound, -(unbound.waiting.shift()?.bytes.length ?? 0));
      unbound.dropped += 1;
    }
    if (this.#unbound.size <= this.#maxUnbound && this.#unboundBytes <= MAX_WAITING_BYTES) return;
    for (const [oldest, other] of this.#unbound.entries()) {
      this.#forget(oldest, other);
      if (this.#unbound.size <= this.#maxUnbound && this.#unboundBytes <= MAX_WAITING_BYTES) break;
    }
  }

  #count(unbound: Unbound, bytes: number): void {
    unbound.bytes += bytes;
    this.#unboundBytes += bytes;
  }

  #forget(sipCallId: string, unbound: Unbound): void {
    this.#unbound.delete(sipCallId);
    this.#unboundBytes -= unbound.bytes;
  }
}
