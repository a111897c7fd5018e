/** Ladders by hand: messages with the parts that matter, traced and drawn as the real ones are. */
import type { CallView, LegView, TransferView } from '../../src/nouns/call.ts';
import type { Ladder } from '../../src/nouns/ladder.ts';
import type { Account } from '../../src/core/b2bua/policy.ts';
import { plivo } from '../../src/core/b2bua/providers/plivo.ts';
import { diagnose } from '../../src/core/diagnosis/diagnose.ts';
import type { Facts, Finding } from '../../src/core/trace/finding.ts';
import { Tracer } from '../../src/core/trace/index.ts';
import { BEGAN, traced } from '../trace/fixture.ts';

export const DOMAIN = 'demo.zt.patchcord.test';
const BILLING = '+14155551234';
const DANA = '+14155550142';
const LINE = '+14155550100';

export type Leg = 'dana' | 'agent' | 'billing';

const legs = {
  dana: { role: 'caller', label: 'Dana', number: DANA },
  agent: { role: 'endpoint', label: 'Agent', number: LINE },
  billing: { role: 'target', label: 'Billing', number: BILLING },
} as const;

/** `[ms, leg, '>' towards the trunk or '<' from it, first line, CSeq, headers, body]` */
export type Line = readonly [
  atMs: number,
  leg: Leg,
  way: '>' | '<',
  start: string,
  cseq: string,
  headers?: readonly string[],
  body?: string,
];

export function ladderOf(lines: readonly Line[]): Ladder {
  const tracer = new Tracer();
  for (const [legId, leg] of Object.entries(legs)) tracer.bind(legId, { callId: 'call', legId, ...leg });
  for (const [atMs, leg, way, start, cseq, headers = [], body = ''] of lines) {
    const startLine = /^\d/.test(start) ? `SIP/2.0 ${start}` : `${start} SIP/2.0`;
    tracer.observe(
      traced(startLine, {
        atMs,
        callId: leg,
        direction: way === '>' ? 'in' : 'out',
        cseq,
        headers: [...headers],
        body,
      }),
    );
  }
  const ladder = tracer.ladder('call');
  if (!ladder) throw new Error('an empty story');
  return ladder;
}

export const refer = (atMs: number, headers: readonly string[] = referTo(), cseq = '2 REFER'): Line => [
  atMs,
  'agent',
  '>',
  `REFER sip:trunk@${DOMAIN}`,
  cseq,
  ['Contact: <sip:agent@10.0.0.9:5070>', ...headers],
];
export const referTo = (uri = `<sip:${BILLING}@${DOMAIN}>`): string[] => [`Refer-To: ${uri}`];
export const answer = (atMs: number, status: string, headers: readonly string[] = [], cseq = '2 REFER'): Line => [
  atMs,
  'agent',
  '<',
  status,
  cseq,
  headers,
];
export const accepted = (atMs: number): Line => answer(atMs, '202 Accepted');
export const notify = (atMs: number, number: number, status: string, state = 'active;expires=60'): Line => [
  atMs,
  'agent',
  '<',
  'NOTIFY sip:agent@10.0.0.9:5070',
  `${number} NOTIFY`,
  ['Event: refer;id=2', `Subscription-State: ${state}`, 'Content-Type: message/sipfrag;version=2.0'],
  status === '' ? '' : `SIP/2.0 ${status}\r\n`,
];
export const OVER = 'terminated;reason=noresource';
export const heard = (atMs: number, number: number, status = '200 OK'): Line => [
  atMs,
  'agent',
  '>',
  status,
  `${number} NOTIFY`,
];
const SHOWN = [`P-Asserted-Identity: <sip:${DANA}@${DOMAIN}>`];
export const invited = (atMs: number, headers: readonly string[] = SHOWN): Line => [
  atMs,
  'billing',
  '<',
  `INVITE sip:${BILLING}@10.0.0.4`,
  '1 INVITE',
  headers,
];
export const responded = (atMs: number, status: string): Line => [atMs, 'billing', '>', status, '1 INVITE'];
export const bye = (atMs: number, leg: Leg, way: '>' | '<'): Line => [atMs, leg, way, 'BYE sip:x@example.com', '9 BYE'];

function legSnapshot(id: Leg, change: Partial<LegView>): LegView {
  const { role, number, label } = legs[id];
  const state = { state: 'answered', held: false, startedAt: BEGAN, codec: 'PCMU' } as const;
  return { id, role, number, name: label, direction: 'out', sipCallId: id, ...state, ...change };
}

export interface Picture {
  readonly call?: Partial<CallView>;
  readonly legs?: Partial<Record<Leg, Partial<LegView>>>;
  readonly transfer?: Partial<TransferView>;
}

/** The trunk's picture of a call with one transfer, asked for by a REFER at `atMs`. */
export function callWith(atMs: number, { call, legs: changes = {}, transfer }: Picture = {}): CallView {
  return {
    id: 'call',
    sessionId: 'session',
    direction: 'inbound',
    domain: 'demo.zt.patchcord.test',
    from: { number: DANA, name: 'Dana' },
    to: { number: LINE, name: '' },
    state: 'answered',
    startedAt: BEGAN,
    legs: (['dana', 'agent', 'billing'] as const).map((id) => legSnapshot(id, changes[id] ?? {})),
    hears: [],
    transfers: [
      {
        id: 'transfer',
        by: 'refer',
        transferorLegId: 'agent',
        transfereeLegId: 'dana',
        targetLegId: 'billing',
        target: { number: BILLING, name: 'Billing' },
        startedAt: BEGAN + atMs,
        state: 'pending',
        steps: [],
        callerId: { number: DANA, name: 'Dana', rule: 'P20 inbound' },
        ...transfer,
      },
    ],
    ...call,
  };
}

const account: Account = {
  domain: DOMAIN,
  numbers: [LINE],
  countries: ['US'],
  capacity: { legs: 0, concurrentCalls: 100, callsPerSecond: 50, waitMs: 0 },
};

/** LiveDiagnosis a story as it stands at its last message, or later. */
export function findingsOf(
  lines: readonly Line[],
  call?: CallView,
  atMs?: number,
  more: Partial<Facts> = {},
): Finding[] {
  const ladder = ladderOf(lines);
  const last = ladder.messages.at(-1)?.at ?? BEGAN;
  const at = atMs === undefined ? last : BEGAN + atMs;
  return diagnose(ladder, { call, profile: plivo, account, at, ...more });
}

/** Their ids alone. */
export const ids = (findings: readonly { id: string }[]) => findings.map(({ id }) => id);

/** Nothing went wrong: the target answered, the trunk released the endpoint. */
export const happy: Line[] = [
  refer(0),
  accepted(2),
  notify(3, 1, '100 Trying'),
  heard(4, 1),
  invited(5, ['P-Asserted-Identity: <sip:+14155550142@demo.zt.patchcord.test>']),
  responded(50, '180 Ringing'),
  notify(51, 2, '180 Ringing'),
  heard(52, 2),
  responded(900, '200 OK'),
  notify(901, 3, '200 OK', OVER),
  heard(902, 3),
  bye(903, 'agent', '<'),
];

/** Sound was heard on both legs. */
export const withSound = {
  transfer: { sound: { transferee: { received: 9, sent: 9 }, target: { received: 9, sent: 9 } } },
};
