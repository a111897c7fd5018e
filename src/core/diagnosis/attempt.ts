/** One REFER of a ladder with everything that belongs to it. RFC 3515. */
import type { TransferView } from '../../nouns/call.ts';
import type { Ladder, LadderMessage } from '../../nouns/ladder.ts';
import {
  bodyText,
  numberOf,
  parseEvent,
  parseMessage,
  parseNameAddr,
  parseSubscriptionState,
  type SipMessage,
} from '../message/index.ts';
import { parseSipfrag, type StatusLine } from '../subscription/sipfrag.ts';
import { TRUNK } from '../trace/describe.ts';
import type { Facts } from '../trace/finding.ts';

/** A report on a transfer. */
export interface Notify {
  readonly message: LadderMessage;
  /** As often as it was sent, the first time included. */
  readonly sent: readonly LadderMessage[];
  readonly body: string;
  /** What the body says; undefined when it has no status line. */
  readonly line: StatusLine | undefined;
  /** Subscription-State says that no other follows. */
  readonly terminated: boolean;
  /** Its final response. */
  readonly answer: LadderMessage | undefined;
}

export interface Attempt {
  readonly ladder: Ladder;
  readonly facts: Facts;
  readonly refer: LadderMessage;
  readonly request: SipMessage;
  /** Lifeline of who sent the REFER: a leg, unless the trunk itself refers. */
  readonly transferor: string;
  /** Its final response. */
  readonly answer: LadderMessage | undefined;
  readonly accepted: boolean;
  readonly notifies: readonly Notify[];
  /** The first that says how it ended. */
  readonly result: Notify | undefined;
  readonly transfer: TransferView | undefined;
  /** Number in Refer-To, else all of it. */
  readonly target: string;
}

/** In the order of their REFERs; those that only had to authenticate are left out. */
export function attemptsIn(ladder: Ladder, facts: Facts): Attempt[] {
  const refers = ladder.messages.filter(
    ({ kind, method, retransmission }) => kind === 'request' && method === 'REFER' && !retransmission,
  );
  return refers.flatMap((refer) => {
    const request = read(refer);
    const answer = answerTo(ladder, refer);
    if (!request || answer?.status === 401 || answer?.status === 407) return [];
    const accepted = answer?.kind === 'success';
    const notifies = accepted ? notifiesOf(ladder, refer, refers) : [];
    return [
      {
        ladder,
        facts,
        refer,
        request,
        transferor: refer.from,
        answer,
        accepted,
        notifies,
        result: notifies.find(({ line }) => line !== undefined && line.status >= 200),
        transfer: accepted ? transferOf(facts, refer) : undefined,
        target: targetOf(request),
      },
    ];
  });
}

/** The message again, from its text; without its body where that has lost something to redaction. */
export function read({ text }: LadderMessage): SipMessage | undefined {
  const parsed = parseMessage(new TextEncoder().encode(text));
  if (parsed.ok) return parsed.value;
  const head = text.split('\r\n\r\n')[0]?.replace(/\r\nContent-Length[ \t]*:[^\r]*/i, '');
  const bare = parseMessage(new TextEncoder().encode(`${head}\r\n\r\n`));
  return bare.ok ? bare.value : undefined;
}

function answerTo({ messages }: Ladder, request: LadderMessage): LadderMessage | undefined {
  return messages.find(
    (other) =>
      other.seq > request.seq &&
      (other.status ?? 0) >= 200 &&
      other.sipCallId === request.sipCallId &&
      other.cseq === request.cseq &&
      other.from === request.to,
  );
}

/** A NOTIFY names its REFER by the CSeq number in `Event: refer;id=`; one without an id is about the latest REFER before it. */
function notifiesOf(ladder: Ladder, refer: LadderMessage, refers: readonly LadderMessage[]): Notify[] {
  const number = refer.cseq.split(' ')[0];
  const inDialog = refers.filter(({ sipCallId, from }) => sipCallId === refer.sipCallId && from === refer.from);
  return ladder.messages.flatMap((message) => {
    const { kind, method, sipCallId, from, seq, retransmission } = message;
    if (kind !== 'request' || method !== 'NOTIFY' || sipCallId !== refer.sipCallId || from !== refer.to) return [];
    if (seq < refer.seq || retransmission) return [];
    const parsed = read(message);
    const event = parseEvent(parsed?.headers.get('Event') ?? '');
    if (!parsed || !event.ok || event.value.eventType.toLowerCase() !== 'refer') return [];
    const { id } = event.value;
    const own = id === undefined ? inDialog.findLast((each) => each.seq < seq) === refer : id === number;
    return own ? [notify(ladder, message, parsed)] : [];
  });
}

function notify(ladder: Ladder, message: LadderMessage, parsed: SipMessage): Notify {
  const state = parseSubscriptionState(parsed.headers.get('Subscription-State') ?? '');
  const body = bodyText(parsed);
  return {
    message,
    sent: ladder.messages.filter(
      ({ sipCallId, cseq, from, kind }) =>
        kind === 'request' && sipCallId === message.sipCallId && cseq === message.cseq && from === message.from,
    ),
    body,
    line: parseSipfrag(body),
    terminated: state.ok && state.value.state === 'terminated',
    answer: answerTo(ladder, message),
  };
}

/** The trunk makes a transfer as soon as it has read the REFER. */
function transferOf({ call }: Facts, { from, at }: LadderMessage): TransferView | undefined {
  return call?.transfers.find(
    ({ by, transferorLegId, startedAt }) => by === 'refer' && transferorLegId === from && startedAt >= at - 1,
  );
}

function targetOf(request: SipMessage): string {
  const value = request.headers.get('Refer-To') ?? '';
  const parsed = parseNameAddr(value);
  return (parsed.ok && numberOf(parsed.value.uri)) || value;
}

/** Requests of a method that crossed a leg, its retransmissions left out. */
export function requestsOn({ messages }: Ladder, legId: string, method: string): LadderMessage[] {
  return messages.filter(
    (each) => each.legId === legId && each.kind === 'request' && each.method === method && !each.retransmission,
  );
}

/** Its call had ended by BYE when it was told this: many forget the subscription with the call, and it does them no harm. */
export function heardAfterBye({ ladder, transferor }: Attempt, { message }: Notify): boolean {
  return requestsOn(ladder, transferor, 'BYE').some(({ seq }) => seq < message.seq);
}

/** Whether the trunk is the one that was asked: the rules about endpoints are for these. */
export function byEndpoint({ transferor }: Attempt): boolean {
  return transferor !== TRUNK;
}
