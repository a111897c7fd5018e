/** The running trunk, as its host sees it. */
import type { CallView } from '../../nouns/call.ts';
import type { Finding, Ladder } from '../../nouns/ladder.ts';
import type { ApplicationNotice, TwimlSource, WebhookExchange } from '../../nouns/application.ts';
import type { DirectoryEntry, TargetCheck, Behaviour } from '../../nouns/directory.ts';
import type { TrunkEvent } from '../../nouns/event.ts';
import type { ConfigureResult, TrunkSettings } from '../../nouns/settings.ts';
import type { CallQualityReport, QualitySums } from '../../nouns/quality.ts';
import type { SipAddresses, TrunkStatus, SettingsStorage } from '../../nouns/trunk.ts';
import { countryOf } from '../b2bua/country.ts';
import type { Call } from '../b2bua/call.ts';
import { endCall } from '../b2bua/hang-up.ts';
import { policies } from '../b2bua/providers/index.ts';
import { closeAll } from '../log/close-all.ts';
import { guarded, ownerOf } from '../log/owner.ts';
import { transferCall } from '../b2bua/transfer.ts';
import type { RecordStore } from '../cdr/index.ts';
import type { PartyHost } from '../parties/host.ts';
import { TrunkRefusal, type ApplicationApi, type CallResource, type Trunk } from '../api/trunk.ts';
import type { Recordings } from '../history/recordings.ts';
import { toneCountryOf } from './trunk-sounds.ts';
import { asTrunkRefusal } from './trunk-refusal.ts';
import { farewell } from './farewell.ts';
import { SettingsService, type SettingsParts } from './settings-service.ts';
import { SimulatedCalls, type SimulatedCallParts } from './simulated-calls.ts';
import type { SettingsPatch } from '../config/settings.ts';
import { checkTarget, referToOf } from '../api/target-check.ts';
import type { Qualities } from '../history/qualities.ts';
import type { TraceKeeper } from '../history/trace-keeper.ts';

export interface TrunkParts extends SimulatedCallParts, SettingsParts {
  readonly store: RecordStore;
  readonly phoneHolder: () => string | undefined;
  readonly recordings: Recordings;
  readonly traces: TraceKeeper;
  readonly qualities: Qualities;
  readonly applications: ApplicationApi;
  /** `host:port` of each listener. */
  readonly addresses: () => SipAddresses;
  /** Whoever calls from now on is refused, with 503. */
  readonly refuse: () => void;
  /** Closes everything; never rejects. */
  readonly close: () => Promise<void>;
  /** Client transactions that still wait for their answer. */
  readonly pending: () => number;
}

export class RunningTrunk implements Trunk {
  readonly parties: PartyHost;
  readonly #parts: TrunkParts;
  readonly #simulated: SimulatedCalls;
  readonly #settings: SettingsService;
  #state: TrunkStatus['state'] = 'running';

  constructor(parts: TrunkParts) {
    this.#parts = parts;
    this.parties = parts.parties;
    this.#simulated = new SimulatedCalls(parts, () => this.#mustRun());
    this.#settings = new SettingsService(parts, () => this.#tellStatus());
    parts.store.health.onChange(() => this.#tellStatus());
  }

  get addresses(): SipAddresses {
    return this.#parts.addresses();
  }

  get records(): Trunk['records'] {
    return this.#parts.store;
  }

  status(): TrunkStatus {
    const { directory, store } = this.#parts;
    const config = this.#parts.config.get();
    return {
      state: this.#state,
      provider: config.provider,
      domain: config.domain,
      consoleNumbers: directory.consoleNumbers,
      sip: this.addresses,
      ringSeconds: config.limits.ringSeconds,
      toneCountry: toneCountryOf(config),
      ...(store.health.state && { records: store.health.state }),
    };
  }

  calls(): CallView[] {
    return [...this.#parts.board.calls.values()].map((call) => call.snapshot());
  }

  callCount(): number {
    return this.#parts.board.calls.size;
  }

  call(id: string): CallView | undefined {
    return this.#parts.board.calls.get(id)?.snapshot();
  }

  phoneHolder(): string | undefined {
    return this.#parts.phoneHolder();
  }

  directory(): DirectoryEntry[] {
    return this.#parts.directory.entries();
  }

  onEvent(listener: (event: TrunkEvent) => void, types?: readonly TrunkEvent['type'][]): () => void {
    return this.#parts.feed.onEvent(listener, types);
  }

  async practiceCall(request: { caller: string; to?: string | undefined }): Promise<{ callId: string }> {
    return this.#simulated.practise(request);
  }

  async dial(request: { from: string; to: string }): Promise<{ callId: string }> {
    return this.#simulated.dial(request);
  }

  #mustRun(): void {
    if (this.#state !== 'running') throw new TrunkRefusal('unavailable', 'The trunk is stopping.');
  }

  async transfer(callId: string, to: string): Promise<void> {
    const { board, directory } = this.#parts;
    const call = this.#mustFind(callId);
    this.#mustRun();
    const { domain } = board.account(call.facts);
    const refusal = transferCall(board, call, referToOf(to, domain, directory.entries(), this.#country()));
    if (refusal) throw asTrunkRefusal(refusal);
  }

  recordCall(callId: string, on: boolean): void {
    const call = this.#mustFind(callId);
    const { config, recordings } = this.#parts;
    if (!config.get().recording.manual)
      throw new TrunkRefusal('refused', 'Recording by hand is off: set recording.manual in the configuration.');
    const draft = call.currentDraft;
    const talkers = call.conversation.talkers.map(({ media }) => media);
    if (!draft || call.answeredAt === undefined || talkers.length < 2)
      throw new TrunkRefusal('refused', 'Nobody talks yet: a call can be recorded once it is answered.');
    if (recordings.byHand(draft, talkers, on) === 'impossible')
      throw new TrunkRefusal('refused', 'There is nowhere to record to: set recording.folder, or records.file.');
  }

  async hangUp(callId: string): Promise<void> {
    this.#end(this.#mustFind(callId));
  }

  #end(call: Call): void {
    endCall(this.#parts.board, call, { by: 'trunk', result: call.answeredAt === undefined ? 'canceled' : 'answered' });
  }

  #mustFind(callId: string): Call {
    const call = this.#parts.board.calls.get(callId);
    if (!call) throw new TrunkRefusal('not-found', `There is no live call ${callId}.`);
    return call;
  }

  setParty(number: string, behaviour: Behaviour, afterMs?: number): void {
    if (!this.#parts.directory.setParty(number, behaviour, afterMs)) {
      throw new TrunkRefusal('not-found', `There is no simulated party with the number ${number}.`);
    }
  }

  settings(): TrunkSettings {
    return this.#settings.get();
  }

  configure(patch: SettingsPatch): ConfigureResult {
    this.#mustRun();
    return this.#settings.configure(patch);
  }

  storage(): SettingsStorage | undefined {
    return this.#settings.storage;
  }

  async saveSettings(how: { overwrite: boolean }): Promise<SettingsStorage> {
    return this.#settings.save(how);
  }

  settingsStored(): Promise<SettingsStorage | undefined> {
    return this.#settings.stored();
  }

  #tellStatus(): void {
    this.#parts.feed.emit({ type: 'trunkChanged', trunk: this.status() });
  }

  /** Whose national numbers people here mean: of the country of the first number. */
  #country(): string | undefined {
    const [first] = this.#parts.config.get().numbers;
    return first && countryOf(first.number);
  }

  checkTarget(input: string, callId?: string, purpose?: 'dial' | 'transfer'): TargetCheck {
    const { config, board, directory } = this.#parts;
    const call = callId === undefined ? undefined : board.calls.get(callId);
    const at = call?.facts ?? { domain: config.get().domain };
    return checkTarget(input, {
      call: call && {
        answered: call.state === 'answered',
        pendingTransfer: call.pendingTransfer !== undefined,
        parties: call.facts,
      },
      account: board.account(at),
      policy: board.policy(at),
      policies: Object.values(policies),
      directory: directory.entries(),
      purpose,
      country: this.#country(),
      ownNumber: directory.consoleNumbers[0],
    });
  }

  recording(recordId: string): string | undefined {
    return this.#parts.recordings.path(recordId);
  }

  async deleteRecording(recordId: string): Promise<void> {
    const { recordings, log } = this.#parts;
    const outcome = await recordings.delete(recordId).catch((error: unknown) => {
      log.warn({ error, recordId }, 'a recording cannot be deleted');
      throw new TrunkRefusal('unavailable', 'The recording cannot be deleted now; the log says why.');
    });
    if (outcome === 'missing') throw new TrunkRefusal('not-found', `There is no recording of the record ${recordId}.`);
    if (outcome === 'busy') throw new TrunkRefusal('refused', 'The recording is still being made: end the call first.');
  }

  ladder(callId: string): Ladder | undefined {
    return this.#parts.traces.ladder(callId, this.call(callId));
  }

  findings(callId: string): Finding[] | undefined {
    const ladder = this.ladder(callId);
    return ladder && (ladder.findings ?? []);
  }

  quality(callId: string): CallQualityReport | undefined {
    const { board, qualities, store } = this.#parts;
    const call = board.calls.get(callId);
    if (call) return { callId, live: true, legs: qualities.of(call) };
    const records = store.recordsOf(callId);
    if (records.length === 0) return undefined;
    // The record that ended last knows most of a leg that several have.
    const ended = records.sort((a, b) => a.endedAt - b.endedAt);
    const legs = new Map(ended.flatMap(({ quality = [] }) => quality.map((leg) => [leg.legId, leg] as const)));
    return { callId, live: false, legs: [...legs.values()] };
  }

  qualitySums(): QualitySums {
    return this.#parts.qualities.totals.sums;
  }

  get account(): ApplicationApi['account'] {
    return this.#parts.applications.account;
  }

  async runTwiml(id: string, source: TwimlSource): Promise<void> {
    this.#mustRun();
    await this.#parts.applications.runTwiml(id, source);
  }

  async placeCall(request: { to: string; from: string; source: TwimlSource }): Promise<CallResource> {
    this.#mustRun();
    return this.#parts.applications.placeCall(request);
  }

  endCall(sid: string, status: 'canceled' | 'completed'): Promise<void> {
    return this.#parts.applications.endCall(sid, status);
  }

  callResources(): CallResource[] {
    return this.#parts.applications.callResources();
  }

  callResource(sid: string): CallResource | undefined {
    return this.#parts.applications.callResource(sid);
  }

  webhooks(limit?: number): WebhookExchange[] {
    return this.#parts.applications.webhooks(limit);
  }

  webhook(id: string): WebhookExchange | undefined {
    return this.#parts.applications.webhook(id);
  }

  async replayWebhook(id: string): Promise<WebhookExchange> {
    this.#mustRun();
    return this.#parts.applications.replayWebhook(id);
  }

  notices(limit?: number): ApplicationNotice[] {
    return this.#parts.applications.notices(limit);
  }

  async stop(): Promise<void> {
    if (this.#state !== 'running') return;
    this.#state = 'stopping';
    const { clock, log, board, refuse, close, pending } = this.#parts;
    refuse();
    this.#tellStatus();
    for (const call of board.calls.values()) {
      guarded(() => this.#end(call), ownerOf(log, { call: call.id }, 'a call could not be ended in order'));
    }
    await closeAll({ clock, log }, [['settings', () => this.#settings.stored().then(() => {})]]);
    await farewell(clock, pending);
    this.#state = 'stopped';
    await close();
  }
}
