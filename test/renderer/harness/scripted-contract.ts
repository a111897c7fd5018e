/** A trunk that is a few tables: it answers what the console asks and says what a test lets it say. */
import { ContractFailure, type ContractClient, type LinkState } from '../../../src/contract/client.ts';
import type { ContractEvent } from '../../../src/contract/events.ts';
import type {
  ApplicationNotice,
  CallView,
  DirectoryEntry,
  Snapshot,
  TargetCheck,
  TrunkStatus,
  WebhookExchange,
} from '../../../src/contract/model.ts';
import { ScriptedSettings } from './scripted-settings.ts';
import { findings, ladder, manyRecords, recordingPart } from '../panes-harness/transferred-call.ts';

export const directory: DirectoryEntry[] = [
  party('+14155551234', 'Billing', 'answer', 'Answers after 1.5 s and speaks.'),
  party('+14155550486', 'Night desk', 'busy', 'Is busy (486).'),
  party('+14155550408', 'Lab', 'no-answer', 'Rings until the ring time is over (408).'),
  party('+14155550603', 'Reception', 'decline', 'Declines (603).'),
  party('+14155550187', 'Dana Whitfield', 'answer', 'Answers after 1 s and speaks.'),
  party('+442079460958', 'London office', 'echo', 'Answers at once and echoes what it hears.'),
  party('+14155550190', 'Priya Raghunathan-Oyelaran', 'answer-then-hang-up', 'Answers and hangs up at once.'),
  {
    number: '+14155550101',
    name: 'Agent PBX',
    kind: 'endpoint',
    willDo: 'Rings sip:agent@127.0.0.1:5080.',
    canCall: false,
  },
  { number: '+14155550100', name: 'Console', kind: 'console', willDo: 'Rings this console.', canCall: false },
];

function party(number: string, name: string, behaviour: DirectoryEntry['behaviour'], willDo: string): DirectoryEntry {
  return { number, name, kind: 'party', willDo, canCall: true, ...(behaviour ? { behaviour } : {}) };
}

const trunk: TrunkStatus = {
  state: 'running',
  provider: 'plivo',
  domain: 'demo.zt.patchcord.test',
  consoleNumbers: ['+14155550100'],
  sip: { udp: '127.0.0.1:5060', ws: '127.0.0.1:8060' },
  ringSeconds: 30,
  toneCountry: 'US',
};

export class ScriptedContract implements ContractClient {
  readonly asked: [name: string, request: unknown][] = [];
  /** Commands that fail with these words. */
  readonly failing = new Map<string, string>();
  /** The next command waits for this before it is answered. */
  delay: Promise<void> | undefined;
  readonly #events = new Set<(event: ContractEvent) => void>();
  readonly #links = new Set<(state: LinkState) => void>();
  readonly #answers: Record<string, (request: never) => unknown> = {
    snapshot: (): Snapshot => ({
      trunk: this.trunk,
      phone: { url: this.phoneUrl, aor: this.aor },
      directory: this.people,
      calls: this.live,
    }),
    'settings.get': () => this.settings.get(),
    'settings.set': ({ patch }: { patch: Record<string, unknown> }) => this.settings.set(patch),
    'settings.save': (request: { overwrite: boolean }) => this.settings.save(request),
    'practice.call': () => ({ callId: 'call-1' }),
    'party.set': () => ({}),
    'target.check': ({ input, callId }: { input: string; callId?: string }) => ({
      ...check(input, callId),
      ...this.checks.get(input),
    }),
    'records.list': () => ({ records: manyRecords(60) }),
    'findings.get': () => ({ findings }),
    'recording.read': ({ offset }: { offset: number }) => recordingPart(offset),
    'webhooks.list': () => ({ webhooks: this.webhooks }),
    'notices.list': () => ({ notices: this.notices }),
    'webhook.replay': ({ id }: { id: string }) => ({
      webhook: { ...this.webhooks.find((each) => each.id === id)!, id: `${id}-again`, why: 'replay', at: Date.now() },
    }),
    'ladder.get': ({ callId }: { callId: string }) => ({ ...ladder(), callId }),
  };
  /** What the trunk asked applications before, newest first. */
  webhooks: readonly WebhookExchange[] = [];
  notices: readonly ApplicationNotice[] = [];
  /** What the trunk says of some inputs, in place of what it would. */
  readonly checks = new Map<string, Partial<TargetCheck>>();
  /** Calls of the next snapshot. */
  live: CallView[] = [];
  readonly settings = new ScriptedSettings((event) => this.emit(event));
  trunk = trunk;
  people = directory;
  aor = 'sip:console@demo.zt.patchcord.test';
  phoneUrl = 'ws://127.0.0.1:8060/sip?token=test';

  async send(name: string, request: unknown): Promise<never> {
    this.asked.push([name, request]);
    const { delay } = this;
    this.delay = undefined;
    await delay;
    const failure = this.failing.get(name);
    if (failure) throw new ContractFailure({ code: 'refused', message: failure });
    return this.#answers[name]!(request as never) as never;
  }

  onEvent(listener: (event: ContractEvent) => void): () => void {
    this.#events.add(listener);
    return () => this.#events.delete(listener);
  }

  onLink(listener: (state: LinkState) => void): () => void {
    this.#links.add(listener);
    listener('connected');
    return () => this.#links.delete(listener);
  }

  close(): void {
    this.#events.clear();
  }

  emit(event: ContractEvent): void {
    this.#events.forEach((listener) => listener(event));
  }

  link(state: LinkState): void {
    this.#links.forEach((listener) => listener(state));
  }

  changeTrunk(change: Partial<TrunkStatus>): void {
    this.trunk = { ...this.trunk, ...change };
    this.emit({ type: 'trunkChanged', trunk: this.trunk });
  }

  changeCall(call: CallView): void {
    this.emit({ type: 'callChanged', call });
  }
}

function check(input: string, callId?: string): TargetCheck {
  const entry = directory.find((each) => each.number === input || each.name.toLowerCase() === input.toLowerCase());
  const number = entry?.number ?? (/^\+[1-9]\d{6,14}$/.test(input) ? input : undefined);
  if (number?.startsWith('+882')) {
    return {
      input,
      ok: false,
      will: 'fail',
      target: number,
      number,
      status: 403,
      says: 'Calls to this country are not enabled for this trunk.',
      others: [{ provider: 'sinch', ok: false, status: 403, says: '403, the country is not enabled (S2)' }],
    };
  }
  if (number) {
    const says =
      entry?.willDo ??
      `Nobody has this number here: the ${callId === undefined ? 'call' : 'transfer'} will fail with 404.`;
    return {
      input,
      ok: true,
      will: !entry || ['busy', 'no-answer', 'decline'].includes(entry.behaviour ?? '') ? 'fail' : 'ring',
      target: number,
      number,
      says,
      status: 202,
      ...(callId === undefined
        ? {}
        : { callerId: { number: '+14155550187', name: 'Dana Whitfield', rule: 'P20 inbound' } }),
      others: [{ provider: 'sinch', ok: true, status: 202, says: `called as ${number}, showing +14155550100` }],
      ...(entry ? { name: entry.name } : {}),
    };
  }
  const digits = input.replace(/\D/g, '');
  const base = { input, others: [] };
  if (/^\d{1,6}$/.test(input)) {
    return { ...base, ok: true, will: 'fail', target: digits, status: 200, says: 'Nobody has this number here.' };
  }
  if (/^sips?:/.test(input)) {
    const says = 'The trunk will refuse it: example.org is a foreign domain.';
    return { ...base, ok: false, will: 'fail', target: input, status: 403, says, detail: '403 Forbidden, rule P14.' };
  }
  const says = 'The target has to be a number with its country code, such as +14155551234.';
  if (digits.length < 7) return { ...base, ok: false, will: 'not-sent', status: 400, says };
  const fix = digits.length === 10 ? { fix: `+1${digits}` } : {};
  return {
    ...base,
    ok: false,
    will: 'fail',
    target: digits,
    status: 400,
    says,
    detail: '400 Bad Request, rule P13.',
    ...fix,
  };
}
