import { QualityTotals } from '../../src/core/history/quality-totals.ts';
import type { CallQualityReport, LegQuality, QualitySums } from '../../src/nouns/quality.ts';
import type { CallView } from '../../src/nouns/call.ts';
import type { CallRecord } from '../../src/nouns/record.ts';
import type { Finding, Ladder } from '../../src/nouns/ladder.ts';
import type { ApplicationNotice, TwimlSource, WebhookExchange } from '../../src/nouns/application.ts';
import type { DirectoryEntry, TargetCheck } from '../../src/nouns/directory.ts';
import type { TrunkEvent } from '../../src/nouns/event.ts';
import type { ConfigureResult, TrunkSettings } from '../../src/nouns/settings.ts';
import type { TrunkStatus, SettingsStorage } from '../../src/nouns/trunk.ts';
import { BadCursor } from '../../src/core/cdr/index.ts';
import { TrunkRefusal, type ApplicationApi, type CallResource, type Trunk } from '../../src/core/api/trunk.ts';
import { accountOf } from '../../src/core/composition/application-account.ts';
import { configSchema } from '../../src/core/config/schema.ts';
import { LiveConfig } from '../../src/core/config/live-config.ts';
import { settingsOf } from '../../src/core/config/settings.ts';

/** A trunk without SIP for tests of its hosts: it remembers what it was told, and says what the test lets it say. */
export class FakeTrunk implements Trunk {
  readonly asked: Array<[verb: string, ...parts: unknown[]]> = [];
  readonly addresses = { udp: '127.0.0.1:5060', ws: '127.0.0.1:8060' };
  readonly records = {
    list: (query: object) => {
      this.asked.push(['list', query]);
      if ('cursor' in query && query.cursor === 'wrong') throw new BadCursor();
      return { records: [exampleRecord] };
    },
    slice: (query: object) => {
      this.asked.push(['slice', query]);
      return { records: [exampleRecord], total: 41 };
    },
    get: (id: string) => (id === exampleRecord.id ? exampleRecord : undefined),
  };
  state: TrunkStatus['state'] = 'running';
  live: CallView[] = [exampleCall];
  config = configSchema.parse({
    auth: { credentials: [{ username: 'pbx', password: 'hunter2' }] },
    twilio: { authToken: 'hunter3' },
  });
  /** How long `stop` takes; a test may make it hang. */
  stopping: Promise<void> = Promise.resolve();
  stopped = false;
  readonly #listeners = new Set<(event: TrunkEvent) => void>();

  get listenerCount(): number {
    return this.#listeners.size;
  }

  emit(event: TrunkEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  status(): TrunkStatus {
    return {
      state: this.state,
      provider: 'plivo',
      domain: 'demo.zt.patchcord.test',
      consoleNumbers: ['+14155550100'],
      sip: this.addresses,
      ringSeconds: 30,
      toneCountry: 'US',
    };
  }

  calls(): CallView[] {
    return this.live;
  }

  callCount(): number {
    return this.live.length;
  }

  call(id: string): CallView | undefined {
    return this.live.find((call) => call.id === id);
  }

  directory(): DirectoryEntry[] {
    return [
      {
        number: '+14155551234',
        name: 'Billing',
        kind: 'party',
        behaviour: 'answer',
        afterMs: 1500,
        willDo: 'Answers after 1.5 s.',
        canCall: true,
      },
    ];
  }

  onEvent(listener: (event: TrunkEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  phoneHolder(): string | undefined {
    return undefined;
  }

  storage(): SettingsStorage | undefined {
    return { file: '/etc/trunk.json', given: true, state: 'unsaved', notices: [] };
  }

  async settingsStored(): Promise<SettingsStorage | undefined> {
    return this.storage();
  }

  async saveSettings(request: { overwrite: boolean }): Promise<SettingsStorage> {
    this.asked.push(['saveSettings', request]);
    return { file: '/etc/trunk.json', given: true, state: 'saved', notices: [] };
  }

  async practiceCall(request: { caller: string }): Promise<{ callId: string }> {
    this.asked.push(['practiceCall', request]);
    if (request.caller === 'nobody') throw new TrunkRefusal('not-found', 'nobody is not in the directory.');
    if (request.caller === 'bug') throw new TypeError('a secret detail');
    return { callId: 'call-2' };
  }

  async dial(request: { from: string; to: string }): Promise<{ callId: string }> {
    this.asked.push(['dial', request]);
    return { callId: 'call-3' };
  }

  async transfer(callId: string, to: string): Promise<void> {
    this.asked.push(['transfer', callId, to]);
    if (to === 'refused') throw new TrunkRefusal('unavailable', 'Not now.');
  }

  recordCall(callId: string, on: boolean): void {
    this.asked.push(['recordCall', callId, on]);
  }

  async hangUp(callId: string): Promise<void> {
    this.asked.push(['hangUp', callId]);
    if (!this.call(callId)) throw new TrunkRefusal('not-found', `There is no live call ${callId}.`);
  }

  setParty(...parts: unknown[]): void {
    this.asked.push(['setParty', ...parts]);
  }

  settings(): TrunkSettings {
    return { settings: settingsOf(this.config), providers: ['plivo', 'sinch'], needsRestart: [] };
  }

  configure(patch: Readonly<Record<string, unknown>>): ConfigureResult {
    this.asked.push(['configure', patch]);
    if ('colour' in patch) throw new TrunkRefusal('bad-request', 'colour: unknown key\ndomain: must be a host name');
    return { changed: Object.keys(patch), needsRestart: [] };
  }

  checkTarget(input: string, callId?: string): TargetCheck {
    const number = '+14155551234';
    const check: TargetCheck = {
      input,
      ok: true,
      will: 'ring',
      target: number,
      number,
      says: 'Calls Billing.',
      status: 202,
      others: [],
    };
    const live = callId === undefined ? undefined : this.call(callId);
    return live ? { ...check, callerId: { ...live.from, rule: 'P20 inbound' } } : check;
  }

  /** Files by record id. */
  readonly recordings = new Map<string, string>();
  recording(recordId: string): string | undefined {
    return this.recordings.get(recordId);
  }
  async deleteRecording(recordId: string): Promise<void> {
    if (!this.recordings.delete(recordId)) throw new TrunkRefusal('not-found', `no recording ${recordId}`);
  }

  findings(callId: string): Finding[] | undefined {
    return callId === exampleLadder.callId ? [exampleFinding] : undefined;
  }

  /** By call id. */
  readonly qualities = new Map<string, CallQualityReport>();
  quality(callId: string): CallQualityReport | undefined {
    return this.qualities.get(callId);
  }
  readonly sums = new QualityTotals();
  qualitySums(): QualitySums {
    return this.sums.sums;
  }

  ladder(callId: string): Ladder | undefined {
    return callId === exampleLadder.callId ? exampleLadder : undefined;
  }

  get account(): ApplicationApi['account'] {
    return accountOf(new LiveConfig(this.config));
  }

  async runTwiml(id: string, source: TwimlSource): Promise<void> {
    this.asked.push(['runTwiml', id, source]);
    if (!this.call(id) && !this.callResource(id)) throw new TrunkRefusal('not-found', `There is no live call ${id}.`);
    if ('xml' in source && source.xml.includes('Enqueue')) {
      throw new TrunkRefusal('bad-request', 'line 1: <Enqueue> is not available.');
    }
  }

  resources: CallResource[] = [exampleResource];

  async placeCall(request: { to: string; from: string; source: TwimlSource }): Promise<CallResource> {
    this.asked.push(['placeCall', request]);
    const { to, from } = request;
    const { answeredAt: _, ...resource } = exampleResource;
    return { ...resource, sid: `CA${'2'.repeat(32)}`, to, from, status: 'queued', direction: 'outbound-api' };
  }

  async endCall(sid: string, status: 'canceled' | 'completed'): Promise<void> {
    this.asked.push(['endCall', sid, status]);
    this.resources = this.resources.map((each) =>
      each.sid === sid ? { ...each, status, endedAt: each.createdAt + 12_600 } : each,
    );
  }

  callResources(): CallResource[] {
    return this.resources;
  }

  callResource(sid: string): CallResource | undefined {
    return this.resources.find((each) => each.sid === sid);
  }

  webhooks(limit = 1000): WebhookExchange[] {
    return [exampleWebhook].slice(0, limit);
  }

  webhook(id: string): WebhookExchange | undefined {
    return id === exampleWebhook.id ? exampleWebhook : undefined;
  }

  async replayWebhook(id: string): Promise<WebhookExchange> {
    if (!this.webhook(id)) throw new TrunkRefusal('not-found', `There is no request ${id}.`);
    return { ...exampleWebhook, id: 'webhook-2', why: 'replay' };
  }

  notices(): ApplicationNotice[] {
    return [exampleNotice];
  }

  async stop(): Promise<void> {
    await this.stopping;
    this.stopped = true;
  }
}

export const exampleCall: CallView = {
  id: 'call-1',
  sessionId: 'session-1',
  direction: 'inbound',
  domain: 'demo.zt.patchcord.test',
  from: { number: '+14155551234', name: 'Billing' },
  to: { number: '+14155550100', name: 'Console' },
  state: 'answered',
  startedAt: 1_893_456_000_000,
  answeredAt: 1_893_456_002_000,
  legs: [],
  hears: [],
  transfers: [],
};

export const exampleRecord: CallRecord = {
  id: 'record-1',
  callId: 'call-0',
  sessionId: 'session-0',
  kind: 'original',
  direction: 'inbound',
  from: '+14155551234',
  fromName: 'Billing',
  to: '+14155550100',
  toName: 'Console',
  startedAt: 1_893_455_000_000,
  answeredAt: null,
  endedAt: 1_893_455_010_000,
  durationMs: 0,
  result: 'busy',
  endedBy: 'endpoint',
  sipStatus: 486,
  provider: 'plivo',
  trunkDomain: 'demo.zt.patchcord.test',
  referred: false,
  billable: true,
  callerIdRule: 'as received',
  fromCountry: 'US',
  toCountry: 'US',
  transport: 'UDP',
  hangupCode: 4410,
  hangupName: 'user_busy',
  hangupSource: 'customer',
};

export const exampleResource: CallResource = {
  sid: `CA${'1'.repeat(32)}`,
  callId: 'call-1',
  from: '+14155551234',
  to: '+14155550199',
  status: 'in-progress',
  direction: 'inbound',
  createdAt: 1_893_456_000_000,
  answeredAt: 1_893_456_002_000,
};

export const exampleWebhook: WebhookExchange = {
  id: 'webhook-1',
  at: 1_893_456_000_500,
  callId: 'call-1',
  callSid: exampleResource.sid,
  why: 'voice-url',
  method: 'POST',
  url: 'http://127.0.0.1:9000/voice',
  parameters: [
    ['CallSid', exampleResource.sid],
    ['From', '+14155551234'],
  ],
  signed: true,
  attempts: 1,
  redirects: [],
  ms: 12,
  response: { status: 200, contentType: 'text/xml', body: '<Response/>', truncated: false },
};

export const exampleNotice: ApplicationNotice = {
  id: 'notice-1',
  at: 1_893_456_000_600,
  callId: 'call-1',
  callSid: exampleResource.sid,
  code: 12_200,
  text: '<Dial> has no attribute speed.',
  line: 3,
  severity: 'warning',
};

export const exampleLegQuality: LegQuality = {
  legId: 'leg-1',
  role: 'caller',
  number: '+14155550142',
  codec: 'PCMU',
  roundTripMs: 38.4,
  received: { packets: 990, lost: 10, lossPercent: 1, jitterMs: 4.2, mos: 4.31, duplicates: 0, reordered: 2 },
  sent: { packets: 1000, lost: 0, lossPercent: 0, jitterMs: 1.1, mos: 4.39 },
  mos: 4.31,
  warnings: [{ name: 'jitter', side: 'network-in', since: 1000, until: 9000, value: 44 }],
};

export const exampleFinding: Finding = {
  id: 'D5',
  severity: 'warning',
  title: 'Transfer failed: 486 Busy Here',
  text: 'Billing itself answered 486 Busy Here.',
  fix: 'Try again, or another target.',
  transferId: 'transfer-1',
  messageSeqs: [7, 6],
};

export const exampleLadder: Ladder = {
  callId: 'call-0',
  startedAt: 1_893_455_000_000,
  lifelines: [
    { id: 'trunk', role: 'trunk', label: 'Trunk' },
    { id: 'leg-1', role: 'caller', label: 'Billing', number: '+14155551234' },
  ],
  messages: [
    {
      seq: 1,
      at: 1_893_455_000_000,
      legId: 'leg-1',
      sipCallId: 'abc@127.0.0.1',
      from: 'leg-1',
      to: 'trunk',
      transport: 'UDP',
      kind: 'request',
      method: 'INVITE',
      label: 'INVITE (sdp)',
      cseq: '1 INVITE',
      retransmission: false,
      text: 'INVITE sip:+14155550100@demo.zt.patchcord.test SIP/2.0\r\n\r\n',
    },
  ],
  dropped: 0,
};
