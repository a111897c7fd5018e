/** A call that is answered, transferred with REFER and ended, with messages such as the trunk traces. */
import type { CallRecord, CallView, Finding, Ladder, LadderMessage, Lifeline } from '../../../src/contract/model.ts';

export const START = Date.UTC(2026, 10, 20, 14, 2, 11, 207);
export const CALL_ID = 'call-transferred';

const caller: Lifeline = { id: 'leg-1', role: 'caller', label: 'Dana Whitfield', number: '+14155550187' };
const trunk: Lifeline = { id: 'trunk', role: 'trunk', label: 'Trunk' };
const console: Lifeline = { id: 'leg-2', role: 'console', label: 'Console', number: '+14155550100' };
const nightDesk: Lifeline = { id: 'leg-3', role: 'target', label: 'Night desk', number: '+14155550486' };
const billing: Lifeline = { id: 'leg-4', role: 'target', label: 'Billing', number: '+14155551234' };

interface Dialog {
  readonly line: Lifeline;
  readonly callId: string;
  readonly transport: 'UDP' | 'WS';
  readonly local: string;
  readonly remote: string;
  readonly fromTrunk: boolean;
}

const dialogs: Readonly<Record<string, Dialog>> = {
  'leg-1': dialog(caller, '7f3a1c90e2@127.0.0.1', 'UDP', '127.0.0.1:24061', false),
  'leg-2': dialog(console, 'b81d04ce77fa42@demo.zt.patchcord.test', 'WS', 'k2v9q1.invalid', true),
  'leg-3': dialog(nightDesk, '52c6fe1a093b4d@demo.zt.patchcord.test', 'UDP', '127.0.0.1:24070', true),
  'leg-4': dialog(billing, 'e90b7712c41f85@demo.zt.patchcord.test', 'UDP', '127.0.0.1:24072', true),
};

function dialog(line: Lifeline, callId: string, transport: 'UDP' | 'WS', remote: string, fromTrunk: boolean): Dialog {
  return { line, callId, transport, local: '127.0.0.1:5060', remote, fromTrunk };
}

interface Body {
  readonly type: string;
  readonly text: string;
}

interface Step {
  readonly atMs: number;
  readonly leg: string;
  /** `out`: sent by the trunk. */
  readonly way: 'in' | 'out';
  readonly cseq: string;
  /** Status and reason of a response; a request when missing. */
  readonly status?: readonly [code: number, reason: string];
  readonly headers?: readonly string[];
  readonly body?: Body;
  readonly label?: string;
  readonly retransmission?: boolean;
}

function sdp(host: string, port: number, version: number, codecs: '0 8 101' | '0 101' | '8 101'): Body {
  const names: Record<string, string> = { '0': 'PCMU/8000', '8': 'PCMA/8000', '101': 'telephone-event/8000' };
  const maps = codecs.split(' ').map((type) => `a=rtpmap:${type} ${names[type]}`);
  const text = ['v=0', `o=- 3942 ${version} IN IP4 ${host}`, 's=-', `c=IN IP4 ${host}`, 't=0 0'];
  return {
    type: 'application/sdp',
    text: [...text, `m=audio ${port} RTP/AVP ${codecs}`, ...maps, 'a=ptime:20', 'a=sendrecv', ''].join('\r\n'),
  };
}

function notify(atMs: number, cseq: number, line: string, state: string, retransmission = false): Step {
  return {
    atMs,
    leg: 'leg-2',
    way: 'out',
    cseq: `${cseq} NOTIFY`,
    headers: ['Event: refer;id=3', `Subscription-State: ${state}`],
    body: { type: 'message/sipfrag;version=2.0', text: `SIP/2.0 ${line}\r\n` },
    label: `NOTIFY (${line})`,
    retransmission,
  };
}

function answer(atMs: number, leg: string, way: Step['way'], cseq: string, code = 200, reason = 'OK'): Step {
  return { atMs, leg, way, cseq, status: [code, reason] };
}

const active = 'active;expires=60';
const over = 'terminated;reason=noresource';

const steps: readonly Step[] = [
  { atMs: 0, leg: 'leg-1', way: 'in', cseq: '1 INVITE', body: sdp('127.0.0.1', 24200, 1, '0 8 101') },
  answer(3, 'leg-1', 'out', '1 INVITE', 100, 'Trying'),
  { atMs: 9, leg: 'leg-2', way: 'out', cseq: '1 INVITE', body: sdp('127.0.0.1', 20010, 1, '0 8 101') },
  answer(21, 'leg-2', 'in', '1 INVITE', 100, 'Trying'),
  answer(48, 'leg-2', 'in', '1 INVITE', 180, 'Ringing'),
  answer(52, 'leg-1', 'out', '1 INVITE', 180, 'Ringing'),
  { ...answer(3412, 'leg-2', 'in', '1 INVITE'), body: sdp('127.0.0.1', 51422, 1, '0 101') },
  { atMs: 3415, leg: 'leg-2', way: 'out', cseq: '1 ACK' },
  { ...answer(3421, 'leg-1', 'out', '1 INVITE'), body: sdp('127.0.0.1', 20012, 1, '0 101') },
  { ...answer(3921, 'leg-1', 'out', '1 INVITE'), body: sdp('127.0.0.1', 20012, 1, '0 101'), retransmission: true },
  { atMs: 3924, leg: 'leg-1', way: 'in', cseq: '1 ACK' },
  ...refer(20_104, 2, '+14155550486'),
  { atMs: 20_131, leg: 'leg-3', way: 'out', cseq: '1 INVITE', body: sdp('127.0.0.1', 20014, 1, '0 8 101') },
  answer(20_134, 'leg-3', 'in', '1 INVITE', 100, 'Trying'),
  answer(20_188, 'leg-3', 'in', '1 INVITE', 486, 'Busy Here'),
  { atMs: 20_190, leg: 'leg-3', way: 'out', cseq: '1 ACK' },
  notify(20_196, 3, '486 Busy Here', over),
  answer(20_205, 'leg-2', 'in', '3 NOTIFY'),
  ...refer(31_480, 3, '+14155551234'),
  { atMs: 31_502, leg: 'leg-4', way: 'out', cseq: '1 INVITE', body: sdp('127.0.0.1', 20016, 1, '0 8 101') },
  answer(31_506, 'leg-4', 'in', '1 INVITE', 100, 'Trying'),
  answer(31_655, 'leg-4', 'in', '1 INVITE', 180, 'Ringing'),
  notify(31_661, 5, '180 Ringing', active),
  notify(32_161, 5, '180 Ringing', active, true),
  notify(33_161, 5, '180 Ringing', active, true),
  answer(33_168, 'leg-2', 'in', '5 NOTIFY'),
  { ...answer(35_690, 'leg-4', 'in', '1 INVITE'), body: sdp('127.0.0.1', 24330, 1, '8 101') },
  { atMs: 35_693, leg: 'leg-4', way: 'out', cseq: '1 ACK' },
  notify(35_702, 6, '200 OK', over),
  answer(35_711, 'leg-2', 'in', '6 NOTIFY'),
  { atMs: 35_715, leg: 'leg-2', way: 'out', cseq: '7 BYE', headers: ['Reason: SIP;cause=200;text="Transferred"'] },
  answer(35_724, 'leg-2', 'in', '7 BYE'),
  { atMs: 96_210, leg: 'leg-4', way: 'in', cseq: '1 BYE' },
  answer(96_213, 'leg-4', 'out', '1 BYE'),
  { atMs: 96_219, leg: 'leg-1', way: 'out', cseq: '1 BYE' },
  answer(96_224, 'leg-1', 'in', '1 BYE'),
];

function refer(atMs: number, cseq: number, target: string): Step[] {
  const first = 2 * cseq - 2;
  return [
    {
      atMs,
      leg: 'leg-2',
      way: 'in',
      cseq: `${cseq} REFER`,
      headers: [
        `Refer-To: <sip:${target}@demo.zt.patchcord.test>`,
        'Referred-By: <sip:console@demo.zt.patchcord.test>',
      ],
    },
    answer(atMs + 6, 'leg-2', 'out', `${cseq} REFER`, 202, 'Accepted'),
    notify(atMs + 8, first, '100 Trying', active),
    answer(atMs + 17, 'leg-2', 'in', `${first} NOTIFY`),
  ];
}

export const lifelines: readonly Lifeline[] = [trunk, caller, console, nightDesk, billing];

/** Every message of the call, in order. */
export const messages: readonly LadderMessage[] = steps.map((step, index) => message(step, index + 1));

function message(step: Step, seq: number): LadderMessage {
  const { line, callId, transport } = dialogs[step.leg]!;
  const [code, reason] = step.status ?? [undefined, ''];
  const method = step.cseq.split(' ')[1]!;
  return {
    seq,
    at: START + step.atMs,
    legId: line.id,
    sipCallId: callId,
    from: step.way === 'in' ? line.id : trunk.id,
    to: step.way === 'in' ? trunk.id : line.id,
    transport,
    kind: code === undefined ? 'request' : code < 200 ? 'provisional' : code < 300 ? 'success' : 'failure',
    method,
    ...(code === undefined ? {} : { status: code }),
    label: step.label ?? (code === undefined ? method : `${code} ${reason}`),
    cseq: step.cseq,
    retransmission: step.retransmission ?? false,
    text: textOf(step),
  };
}

function textOf(step: Step): string {
  const { line, callId, transport, local, remote, fromTrunk } = dialogs[step.leg]!;
  const method = step.cseq.split(' ')[1]!;
  const byTrunk = step.way === 'out';
  // A response goes back to who sent the request.
  const requestByTrunk = step.status === undefined ? byTrunk : !byTrunk;
  const trunkAddress = `<sip:+14155550187@demo.zt.patchcord.test>;tag=t${line.id}`;
  const first = step.cseq === '1 INVITE' && (step.status === undefined || step.status[0] === 100);
  const theirs = `<sip:${line.number}@${remote}>${first ? '' : `;tag=p${line.id}`}`;
  const [from, to] = requestByTrunk === fromTrunk ? [trunkAddress, theirs] : [theirs, trunkAddress];
  const host = requestByTrunk ? local : remote;
  const body = step.body?.text ?? '';
  const lines = [
    step.status === undefined
      ? `${method} sip:${byTrunk ? line.number : 'trunk'}@${byTrunk ? remote : 'demo.zt.patchcord.test'} SIP/2.0`
      : `SIP/2.0 ${step.status[0]} ${step.status[1]}`,
    `Via: SIP/2.0/${transport} ${host};branch=z9hG4bK${step.cseq.replace(' ', '')}${line.id};rport`,
    ...(step.status === undefined ? ['Max-Forwards: 70'] : []),
    `From: ${from}`,
    `To: ${to}`,
    `Call-ID: ${callId}`,
    `CSeq: ${step.cseq}`,
    `Contact: <sip:${byTrunk ? `trunk@${local}` : `${line.number}@${remote}`};transport=${transport.toLowerCase()}>`,
    ...(step.headers ?? []),
    ...(method === 'INVITE' ? ['Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, REFER, NOTIFY', 'Supported: replaces'] : []),
    ...(byTrunk ? ['User-Agent: Patchcord/0.1'] : []),
    ...(step.body === undefined ? [] : [`Content-Type: ${step.body.type}`]),
    `Content-Length: ${body.length}`,
    '',
    body,
  ];
  return lines.join('\r\n');
}

const seqOf = (label: string): number => messages.find((each) => each.label === label)!.seq;

/** What diagnosis says about the first of its two transfers. */
export const findings: readonly Finding[] = [
  {
    id: 'D5',
    severity: 'warning',
    title: 'Transfer failed: 486 Busy Here',
    text: 'Night desk itself answered 486 Busy Here 84 ms after REFER. Dana Whitfield stayed on the line of the console for another 76.0 s.',
    fix: 'Try again, or another target.',
    transferId: 'transfer-1',
    messageSeqs: [seqOf('NOTIFY (486 Busy Here)'), seqOf('486 Busy Here'), seqOf('REFER')],
  },
];

/** Two seconds of stereo: 440 Hz on the left, 660 Hz on the right. */
function recording(seconds = 2): Uint8Array {
  const samples = seconds * 8000;
  const view = new DataView(new ArrayBuffer(44 + samples * 4));
  const words: [at: number, text: string][] = [
    [0, 'RIFF'],
    [8, 'WAVEfmt '],
    [36, 'data'],
  ];
  for (const [at, text] of words) {
    for (let index = 0; index < text.length; index += 1) view.setUint8(at + index, text.charCodeAt(index));
  }
  view.setUint32(4, 36 + samples * 4, true);
  view.setUint32(16, 16, true);
  view.setUint32(20, 0x0002_0001, true);
  view.setUint32(24, 8000, true);
  view.setUint32(28, 32_000, true);
  view.setUint32(32, 0x0010_0004, true);
  view.setUint32(40, samples * 4, true);
  for (let index = 0; index < samples; index += 1) {
    view.setInt16(44 + index * 4, 6000 * Math.sin((index * 440 * Math.PI) / 4000), true);
    view.setInt16(46 + index * 4, 6000 * Math.sin((index * 660 * Math.PI) / 4000), true);
  }
  return new Uint8Array(view.buffer);
}

/** As the trunk answers `recording.read`. */
export function recordingPart(offset: number, length = 16_384): { size: number; base64: string } {
  const bytes = recording();
  const part = bytes.subarray(offset, offset + length);
  return { size: bytes.length, base64: btoa(String.fromCharCode(...part)) };
}

/** @param count how many of the messages have been traced so far */
export function ladder(count = messages.length): Ladder {
  const shown = messages.slice(0, count);
  const legs = new Set(shown.map((it) => it.legId));
  return {
    callId: CALL_ID,
    startedAt: START,
    lifelines: lifelines.filter((line) => line.role === 'trunk' || legs.has(line.id)),
    messages: shown,
    dropped: 0,
    findings: findings.filter(({ messageSeqs }) => messageSeqs[0]! <= count),
  };
}

export function callView(state: CallView['state'], id = CALL_ID, startedAt = START): CallView {
  return {
    id,
    sessionId: `session-${id}`,
    direction: 'inbound',
    domain: 'demo.zt.patchcord.test',
    from: { number: '+14155550187', name: 'Dana Whitfield' },
    to: { number: '+14155550100', name: 'Console' },
    state,
    startedAt,
    legs: [],
    hears: [],
    transfers: [],
  };
}

/** A call of thousands of messages: OPTIONS within the dialog of the caller, over and over. */
export function longLadder(count: number): Ladder {
  const options = Array.from({ length: count }, (_, index): LadderMessage => {
    const cseq = `${100 + (index >> 1)} OPTIONS`;
    const step: Step = { atMs: index * 250, leg: 'leg-1', way: index % 2 === 0 ? 'out' : 'in', cseq };
    return message(index % 2 === 0 ? step : { ...step, status: [200, 'OK'] }, index + 1);
  });
  return { ...ladder(), callId: 'call-long', messages: options, dropped: 140 };
}

const people = [
  ['Dana Whitfield', '+14155550187'],
  ['Priya Raman', '+442079460018'],
  ['', '+12125550119'],
  ['Lars Holm', '+4687712345'],
  ['Marisol Vega', '+525512345678'],
  ['', '+14155550162'],
] as const;

const endings: ReadonlyArray<Pick<CallRecord, 'result' | 'endedBy' | 'sipStatus'>> = [
  { result: 'answered', endedBy: 'caller', sipStatus: 200 },
  { result: 'answered', endedBy: 'endpoint', sipStatus: 200 },
  { result: 'busy', endedBy: 'target', sipStatus: 486 },
  { result: 'no-answer', endedBy: 'trunk', sipStatus: 408 },
  { result: 'canceled', endedBy: 'caller', sipStatus: 487 },
  { result: 'declined', endedBy: 'endpoint', sipStatus: 603 },
  { result: 'not-found', endedBy: 'trunk', sipStatus: 404 },
  { result: 'failed', endedBy: 'trunk', sipStatus: 503 },
  { result: 'interrupted', endedBy: 'unknown', sipStatus: null },
];

/** Newest first; every fifth call was transferred and has two records. */
export function manyRecords(count: number): CallRecord[] {
  const records: CallRecord[] = [];
  for (let call = 0; records.length < count; call += 1) {
    const [fromName, from] = people[call % people.length]!;
    const ending = endings[(call * 7) % endings.length]!;
    const startedAt = START - call * 97_000;
    const talked = ending.result === 'answered' ? 20_000 + ((call * 13_577) % 900_000) : 0;
    const original: CallRecord = {
      id: `record-${call}-a`,
      callId: call === 0 ? CALL_ID : `call-${call}`,
      sessionId: `session-${call}`,
      kind: 'original',
      direction: call % 4 === 3 ? 'outbound' : 'inbound',
      from,
      fromName,
      to: '+14155550100',
      toName: 'Console',
      startedAt,
      answeredAt: talked === 0 ? null : startedAt + 4000,
      endedAt: startedAt + 4000 + talked,
      durationMs: talked,
      ...ending,
      provider: 'plivo',
      trunkDomain: 'demo.zt.patchcord.test',
      referred: false,
      billable: true,
      callerIdRule: 'as received',
      fromCountry: 'US',
      toCountry: 'US',
      transport: 'UDP',
      hangupCode: 3000,
      hangupName: 'normal_hangup',
      hangupSource: 'carrier',
    };
    if (call % 5 !== 0) {
      records.push(original);
      continue;
    }
    const handedOver = startedAt + 35_700;
    const transferred = { answeredAt: startedAt + 3400, endedAt: handedOver, durationMs: 32_300 };
    records.push(
      {
        ...original,
        id: `record-${call}-b`,
        kind: 'transfer',
        to: '+14155551234',
        toName: 'Billing',
        startedAt: handedOver - 4200,
        answeredAt: handedOver,
        endedAt: handedOver + 60_500,
        durationMs: 60_500,
        result: 'answered',
        endedBy: 'target',
        sipStatus: 200,
      },
      {
        ...original,
        ...transferred,
        result: 'transferred',
        endedBy: 'trunk',
        sipStatus: 200,
        recording: { durationMs: 2000 },
        ...(call === 0 ? { findings: ['D5', 'notify-refused'] } : {}),
      },
    );
  }
  return records.slice(0, count);
}
