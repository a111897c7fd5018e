/** The composition root: options in, a running trunk out. */
import { randomBytes, randomInt } from 'node:crypto';
import type { Server } from 'node:http';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import { Board } from '../b2bua/board.ts';
import { Capacity, type QueueLimits } from '../b2bua/capacity.ts';
import type { Leg } from '../b2bua/leg.ts';
import { policyOf } from '../b2bua/providers/index.ts';
import { twilio } from '../b2bua/providers/twilio.ts';
import { receiveCall } from '../b2bua/receive-call.ts';
import { blindTransfer } from '../b2bua/transfer.ts';
import { RecordStore } from '../cdr/index.ts';
import { createMediaFactory } from '../gateway/factory.ts';
import { clip, ringBack, type Sound } from '../media/sound.ts';
import { detached } from '../message/index.ts';
import { PartyHost, type Occasion } from '../parties/host.ts';
import type { Party } from '../parties/party.ts';
import { Tracer } from '../trace/index.ts';
import { TransactionLayer } from '../transaction/index.ts';
import {
  dnsResolver,
  formatAddress,
  Locator,
  Overload,
  TcpTransport,
  TransportLayer,
  UdpTransport,
  WebSocketTransport,
  TlsTransport,
  type Address,
  type Resolver,
} from '../transport/index.ts';
import { createIds } from '../ua/ids.ts';
import { Registrar } from '../ua/registrar.ts';
import { UserAgent } from '../ua/user-agent.ts';
import { Applications } from '../voice/applications.ts';
import { Speech } from '../voice/speech.ts';
import { WebhookClient } from '../webhook/client.ts';
import { destinationGuard } from '../webhook/guard.ts';
import { accountOf } from './account.ts';
import { Admission } from './admission.ts';
import { TrunkApplications, webAddressesOf } from './applications.ts';
import type { Config } from './config.ts';
import { Diagnoses } from './diagnoses.ts';
import { Directory } from './directory.ts';
import { Domains } from './domains.ts';
import { EventFeed } from './event-feed.ts';
import { LiveConfig } from './live-config.ts';
import { RecordKeeper } from './record-keeper.ts';
import { RecordingRetention } from './recording-retention.ts';
import { Recordings } from './recordings.ts';
import { Routing } from './routing.ts';
import { tlsIdentity, type TlsIdentityOptions } from './tls-identity.ts';
import { TraceKeeper } from './trace-keeper.ts';
import { RunningTrunk } from './trunk.ts';
import { orderedIds } from './ordered-ids.ts';
import { randomHex } from './random-hex.ts';
import { linesFrom } from './voices.ts';

export interface TrunkOptions extends TlsIdentityOptions {
  /** The console's SIP WebSocket upgrades on it at `/sip`. It is listening already, or will be soon. */
  readonly http: Server;
  /** Whoever has it may open that WebSocket. */
  readonly token: string;
  /** Origins of the pages that may. */
  readonly origins: () => readonly string[];
  /** Path of the SQLite file, or `:memory:`. */
  readonly recordsFile: string;
  /** Folder of the recordings of calls (P28); without it nothing is recorded. */
  readonly recordingsFolder?: string | undefined;
  /** Folder of what parties say and of the trunk's own sounds; by default next to the media code. */
  readonly soundsDir?: string;
  /** Looks names up; by default with the name servers of the system. */
  readonly resolver?: Resolver;
  /** Where the application is that numbers with `twiml: "demo"` lead to. */
  readonly demoUrl?: string | undefined;
  /** What parties say, in place of the recordings. */
  readonly lines?: (party: Party, occasion: Occasion) => readonly Sound[];
}

/** The same folder as the player's own default, in the sources and in the bundle. */
const SOUNDS = join(import.meta.dirname, '..', 'media', 'sounds');

/**
 * Starts the embedded trunk.
 * @throws AddressInUse, RecordsUnavailable, CertificateUnusable
 */
export async function startTrunk(options: TrunkOptions): Promise<RunningTrunk> {
  const { config, clock, log, soundsDir = SOUNDS } = options;
  const ids = createIds(randomHex);
  const id = () => randomHex(8);
  const host = config.listen.host === 'localhost' ? '127.0.0.1' : config.listen.host;
  const certificate = await tlsIdentity(options);
  const store = RecordStore.open(options.recordsFile, { log, clock });
  const media = await createMediaFactory({
    clock,
    log,
    host,
    portMin: config.rtp.portMin,
    portMax: config.rtp.portMax,
  });
  const live = new LiveConfig(config);
  const directory = new Directory(live);
  const domains = new Domains(live);

  const udp = new UdpTransport({ host, port: config.listen.udp });
  const tcp = new TcpTransport({ host, port: config.listen.tcp, clock, log });
  const tls = new TlsTransport({
    host,
    port: config.listen.tls,
    clock,
    log,
    identity: certificate,
    verify: config.tls.verify,
  });
  const ws = new WebSocketTransport({
    server: options.http,
    token: options.token,
    origins: options.origins,
    clock,
    log,
  });
  const overload = new Overload({
    get perSecond() {
      return live.get().limits.requestsPerSecond;
    },
    get perSecondPerSource() {
      return live.get().limits.requestsPerSecondPerSource;
    },
    exempt: ({ host: from, port }) => from === parties.hop.host && port === parties.hop.port,
    now: () => clock.now(),
  });
  const transport = new TransportLayer({ transports: [udp, tcp, tls, ws], clock, log, overload });
  const transactions = new TransactionLayer({ transport, clock, log });
  const parties: PartyHost = new PartyHost({
    clock,
    log,
    ids,
    media,
    get domain() {
      return live.get().domain;
    },
    host: loopbackBeside(host),
    party: (number) => directory.party(number),
    transferTarget: (from) => directory.answering(from.number),
    lines: options.lines ?? linesFrom(soundsDir),
    ssrc: () => randomInt(2 ** 32),
  });
  const admission = new Admission({
    config: live,
    clock,
    log,
    directory,
    domains,
    parties: () => parties.hop,
    random: randomBytes,
  });
  const registrar: Registrar = new Registrar({
    clock,
    ids,
    get domain() {
      return live.get().domain;
    },
    get others() {
      return domains.names.slice(1);
    },
    admit: (transaction, user, of) => admission.refuseRegistration(transaction, user, of),
    changed: (user, bindings) => log.info({ user, bindings: bindings.length }, 'a registration changed'),
  });
  const tracer = new Tracer();
  // Describing a message costs more than all the rest of tracing: it is done while somebody listens.
  const feed = new EventFeed(log, (wanted) =>
    tracer.setListener(
      wanted.has('messageTraced') || wanted.has('findingsChanged')
        ? (callId, message, lifelines) => {
            diagnoses.traced(callId, message.method);
            feed.emit({ type: 'messageTraced', callId, message, lifelines });
          }
        : undefined,
    ),
  );
  transport.tap((traced) => tracer.observe(traced));
  const records = new RecordKeeper(store, clock, config.records.finalAfterSeconds * 1000);
  const recordings = new Recordings({
    clock,
    log,
    folder: options.recordingsFolder,
    wanted: () => live.get().recording,
    finished: (recordId, durationMs) => {
      const record = records.recorded(recordId, durationMs);
      if (record) feed.emit({ type: 'recordChanged', record });
    },
    gone: (recordId) => {
      const record = records.unrecorded(recordId);
      if (record) feed.emit({ type: 'recordChanged', record });
    },
  });
  await recordings.repair();
  const retention = new RecordingRetention({
    clock,
    log,
    folder: options.recordingsFolder,
    keepDays: () => live.get().recording.keepDays,
    remove: async (recordId) => store.get(recordId) !== undefined && (await recordings.delete(recordId)) === 'deleted',
  });
  const diagnoses: Diagnoses = new Diagnoses({
    clock,
    ladder: (callId) => tracer.ladder(callId),
    call: (callId) => board.calls.get(callId)?.snapshot() ?? traces.call(callId),
    profile: (domain) => board.policy({ domain }),
    account: (domain) => board.account({ domain }),
    changed: (callId, findings) => feed.emit({ type: 'findingsChanged', callId, findings }),
  });
  const traces: TraceKeeper = new TraceKeeper({
    tracer,
    store,
    clock,
    diagnose: (ladder, call) => diagnoses.of(ladder, call),
    found: (callId, findings) => {
      const kinds = [...new Set(findings.map(({ id: kind }) => kind))];
      for (const record of records.found(callId, kinds)) feed.emit({ type: 'recordChanged', record });
    },
    late: (callId, message, lifelines) => feed.emit({ type: 'messageTraced', callId, message, lifelines }),
    forgotten: (callId) => diagnoses.forget(callId),
  });

  const routing = new Routing({
    domains,
    config: live,
    directory,
    registrar,
    parties,
    locate: (uri) => ua.locate(uri),
    demoUrl: options.demoUrl,
  });
  const locator = new Locator({
    resolver: options.resolver ?? dnsResolver(),
    clock,
    transports: ['UDP', 'TCP', 'TLS'],
    families: host === '::' ? [4, 6] : [isIPv6(host) ? 6 : 4],
    random: () => randomInt(2 ** 32) / 2 ** 32,
  });
  const webhooks = new WebhookClient({
    clock,
    log,
    id,
    authToken: () => live.get().twilio.authToken,
    timeoutMs: () => live.get().webhooks.timeoutSeconds * 1000,
    mayReach: destinationGuard({
      urls: () => webAddressesOf(live.get(), options.demoUrl),
      allow: () => live.get().webhooks.allow,
    }),
    finished: (exchange, request) => applications.finished(exchange, request),
    userAgent: 'Patchcord',
  });
  const speech = new Speech({ clock, log });
  const running = new Applications({
    clock,
    log,
    webhooks,
    speech,
    id,
    accountSid: () => live.get().twilio.accountSid,
    referUrl: (call) => (board.policy(call.facts) === twilio ? live.get().twilio.referUrl : undefined),
    noticed: (notice) => applications.noticed(notice),
  });
  const applications: TrunkApplications = new TrunkApplications({
    account: accountOf(live),
    board: () => board,
    running,
    webhooks,
    domains,
    directory,
    changed: (event) => feed.emit(event),
  });
  const board: Board = new Board({
    clock,
    log,
    media,
    id: orderedIds(clock, randomHex),
    transfers: blindTransfer,
    applications: running,
    sounds: { 'hold-music': clip('hold-music', soundsDir), 'ring-back': ringBack },
    domain: (name) => domains.named(name),
    domainOf: (request) => domains.ofRequest(request),
    capacity: new Capacity(
      clock,
      () => live.get().limits,
      () => queueOf(live.get()),
    ),
    policy: policyOf,
    ringSeconds: () => live.get().limits.ringSeconds,
    fallbackSeconds: () => live.get().limits.fallbackSeconds,
    route: (number) => routing.route(number),
    routeUri: (uri) => routing.routeUri(uri),
    nameOf: (number) => directory.nameOf(number),
    admit: (transaction) => admission.admit(transaction),
    consoleNumber: () => domains.preferred(directory.consoleNumbers),
    events: {
      callChanged: (call) => feed.emitLazily('callChanged', () => ({ type: 'callChanged', call: call.snapshot() })),
      callEnded: (call) => {
        applications.callEnded(call);
        traces.callEnded(call.id, () => call.snapshot());
        feed.emitLazily('callChanged', () => ({ type: 'callChanged', call: call.snapshot() }));
      },
      legBound: (call, leg, boundCallId) => {
        // Both remember it for long.
        const sipCallId = detached(boundCallId);
        tracer.bind(sipCallId, { callId: call.id, legId: leg.id, role: leg.facts.role, ...lifelineOf(leg) });
        feed.bound(sipCallId, call.id);
      },
      recordBegan: (draft) => records.began(draft),
      recordAnswered: (draft) => {
        records.answered(draft);
        const pair = board.calls.get(draft.callId)?.pair ?? [];
        recordings.answered(
          draft,
          pair.map((leg) => leg.media),
        );
      },
      recordEnded: (draft, end) => {
        records.ended(draft, end, (record) => feed.emit({ type: 'recordAdded', record }));
        recordings.ended(draft.id);
      },
    },
  });
  const ua: UserAgent = new UserAgent({
    transactions,
    transport,
    clock,
    log,
    ids,
    user: 'trunk',
    product: 'Patchcord',
    registrar,
    locator,
    authenticate: (transaction, knownPeer) => admission.authenticate(transaction, knownPeer),
    invited: (invitation) => receiveCall(board, invitation),
  });
  board.attach(ua);

  const stopMedia = async () => {
    webhooks.close();
    speech.close();
    records.stop();
    await retention.stop();
    await recordings.stop();
    traces.stop();
    diagnoses.stop();
    await media.close();
    store.close();
  };
  try {
    await transport.start();
    locator.keep(routing.namedTargets());
    await parties.start();
  } catch (error) {
    locator.close();
    transactions.close();
    await stopMedia();
    throw error;
  }
  retention.start();
  live.onChange((changed) => {
    if (changed.includes('recording.keepDays')) retention.sweep();
    if (changed.includes('numbers') || changed.includes('domain')) locator.keep(routing.namedTargets());
  });
  return new RunningTrunk({
    config: live,
    clock,
    log,
    directory,
    feed,
    board,
    parties,
    routing,
    store,
    recordings,
    traces,
    applications,
    trunkHop: () => ({ transport: 'UDP', ...reachable(udp.local) }),
    addresses: () => ({
      udp: formatAddress(reachable(udp.local)),
      tcp: formatAddress(reachable(tcp.local)),
      tls: formatAddress(reachable(tls.local)),
      ws: formatAddress(reachable(ws.local)),
    }),
    id,
    close: async () => {
      locator.close();
      await parties.close();
      registrar.close();
      transactions.close();
      await transport.close();
      await stopMedia();
    },
    pending: () => transactions.unanswered(),
  });
}

/** What may wait of the calls over the rate (P25). */
function queueOf({ limits }: Config): QueueLimits | undefined {
  return limits.overRate === 'queue' ? { length: limits.queueLength, seconds: limits.queueSeconds } : undefined;
}

/** How the console's lifeline and the others are labelled. */
function lifelineOf(leg: Leg): { label: string; number: string } {
  const { role, identity } = leg.facts;
  const { number, name } = identity;
  return { label: role === 'console' ? 'Console' : name || number, number };
}

/** Where this machine reaches a listener; one on `::` takes IPv4 as well. */
function reachable({ host, port }: Address): Address {
  return { host: host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host, port };
}

/** Where the simulated phones live: loopback, in the family that the trunk listens in. */
function loopbackBeside(host: string): string {
  return isIPv6(host) && host !== '::' ? '::1' : '127.0.0.1';
}
