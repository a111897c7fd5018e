/** The composition root: options in, a running trunk out. */
import { randomBytes, randomInt } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { join, parse } from 'node:path';
import { egressGuard } from '../address/egress.ts';
import { Board } from '../b2bua/board.ts';
import { Capacity, type QueueLimits } from '../b2bua/capacity.ts';
import { peerControl } from '../b2bua/lose-peer.ts';
import { policyOf } from '../b2bua/providers/index.ts';
import { receiveCall } from '../b2bua/receive-call.ts';
import { blindTransfer } from '../b2bua/transfer.ts';
import { RecordStore } from '../cdr/index.ts';
import { AudioSockets, audioPath } from '../transport/audio-sockets.ts';
import { Opened } from '../log/close-all.ts';
import { createMediaFactory, withEncryption } from './media-factory.ts';
import { clip } from '../media/sound.ts';
import type { SipUri } from '../message/index.ts';
import { PartyHost } from '../parties/host.ts';
import { encryptionOf } from '../sdp/sdes.ts';
import { dnsResolver, Locator } from '../transport/index.ts';
import { createIds } from '../ua/ids.ts';
import { Registrar } from '../ua/registrar.ts';
import { UserAgent } from '../ua/user-agent.ts';
import { Admission } from '../location/admission.ts';
import { openHistory } from '../history/history.ts';
import type { Config } from '../config/config.ts';
import { realDisk } from '../config/disk.ts';
import { bindAddress } from '../config/net.ts';
import { Directory } from '../location/directory.ts';
import { Domains } from '../location/domains.ts';
import { LiveConfig } from '../config/live-config.ts';
import { KeptBindings } from '../location/kept-bindings.ts';
import { placeOf, Routing } from '../location/routing.ts';
import { CONSOLE, holderOf } from './console-phone.ts';
import { HoldMusic } from './hold-music.ts';
import { createVoice } from './voice.ts';
import { createSignalling, type Signalling } from './signalling.ts';
import { tlsIdentity } from './tls-identity.ts';
import { RunningTrunk } from './running-trunk.ts';
import { trunkSounds } from './trunk-sounds.ts';
import type { TrunkOptions } from './options.ts';
import { orderedIds } from './ordered-ids.ts';
import { randomHex } from './random-hex.ts';
import { linesFrom } from './voices.ts';

/** The same folder as the player's own default, in the sources and in the bundle. */
const SOUNDS = join(import.meta.dirname, '..', 'media', 'sounds');

/**
 * Starts the embedded trunk.
 * @throws AddressInUse, RecordsUnavailable, CertificateUnusable
 */
export async function startTrunk(options: TrunkOptions): Promise<RunningTrunk> {
  const opened = new Opened(options);
  try {
    return await open(options, opened);
  } catch (error) {
    await opened.close();
    throw error;
  }
}

/** @param opened is given whatever has to be closed, as soon as it is there */
async function open(options: TrunkOptions, opened: Opened): Promise<RunningTrunk> {
  const { config, clock, log, soundsDir = SOUNDS } = options;
  const ids = createIds(randomHex);
  const id = () => randomHex(8);
  const host = bindAddress(config.listen.host);
  const certificate = await tlsIdentity(options);
  const store = RecordStore.open(options.recordsFile, { log, clock });
  opened.add('records', () => store.close());
  const places = new AudioSockets({
    server: options.upgrades(audioPath),
    token: options.token,
    origins: options.origins,
    log,
  });
  opened.add('audio sockets', async () => places.close());
  const media = await createMediaFactory({
    places,
    clock,
    log,
    host,
    portMin: config.rtp.portMin,
    portMax: config.rtp.portMax,
    inbandDtmf: () => live.get().media.inbandDtmf,
  });
  opened.add('media', () => media.close());
  const live = new LiveConfig(config);
  const directory = new Directory(live);
  const domains: Domains = new Domains(live, (hop) => signalling.transport.isOwn(hop));

  const signalling: Signalling = createSignalling(options, {
    host,
    certificate,
    limits: () => live.get().limits,
    exempt: ({ host: from, port }) => from === parties.hop.host && port === parties.hop.port,
  });
  const { transport, transactions } = signalling;
  opened.add('signalling', () => signalling.close());
  const parties: PartyHost = new PartyHost({
    clock,
    log,
    ids,
    // Simulated phones encrypt where nothing else is let in.
    media: withEncryption(media, () => (live.get().media.srtp === 'required' ? 'required' : 'off')),
    get domain() {
      return live.get().domain;
    },
    host: loopbackBeside(host),
    party: (number) => directory.party(number),
    transferTarget: (from) => directory.answering(from.number),
    lines: options.lines ?? linesFrom(soundsDir),
    ssrc: () => randomInt(2 ** 32),
  });
  opened.add('simulated phones', () => parties.close());
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
    isOwnHost: (named) => signalling.transport.isOwnHost(named),
    admit: (transaction, user, of) => admission.refuseRegistration(transaction, user, of),
    verified: (transaction, user) => admission.isVerified(transaction, user),
    updated: () => kept?.changed(),
    changed: (user, bindings) => {
      log.info({ user, bindings: bindings.length }, 'a registration changed');
      const holder = holderOf(bindings);
      if (user === CONSOLE) history.feed.emit({ type: 'phoneChanged', ...(holder === undefined ? {} : { holder }) });
    },
  });
  opened.add('registrar', () => registrar.close());
  const kept =
    options.recordsFile === ':memory:'
      ? undefined
      : new KeptBindings({
          file: registrationsBeside(options.recordsFile),
          disk: realDisk,
          clock,
          log,
          bindings: () => registrar.all,
        });
  if (kept) opened.add('kept registrations', () => kept.close());
  const history = await openHistory({
    clock,
    log,
    folder: options.recordingsFolder,
    store,
    config: live,
    board: () => board,
    callEnded: (call) => applications.callEnded(call),
  });
  opened.add('history', () => history.stop());
  const { feed } = history;
  transport.tap((traced) => history.tracer.observe(traced));

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
  const allow = () => live.get().webhooks.allow;
  const mayLead = egressGuard({ named: () => routing.namedPlaces(), allow });
  const leads = (uri: SipUri, addresses: readonly string[]): boolean => {
    const { host: named, port } = placeOf(uri);
    return mayLead(named, port, addresses);
  };
  opened.add('locator', () => locator.close());
  const { running, applications } = createVoice(
    options,
    { live, board: () => board, domains, directory, id, changed: (event) => feed.emit(event) },
    opened,
  );
  const music = new HoldMusic({
    live,
    log,
    folder: options.configFile?.folder ?? process.cwd(),
    own: () => clip('hold-music', soundsDir),
  });
  const board: Board = new Board({
    clock,
    log,
    media,
    codecs: () => live.get().media.codecs,
    encryption: (by) => encryptionOf(live.get().media.srtp, by === 'TLS'),
    id: orderedIds(clock, randomHex),
    transfers: blindTransfer,
    peers: peerControl(() => live.get().media),
    applications: running,
    sounds: trunkSounds(live, music),
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
    routeUri: (uri, hop) => routing.routeUri(uri, hop),
    mayLead: leads,
    redirect: (uri) => routing.redirect(uri),
    nameOf: (number) => directory.nameOf(number),
    admit: (transaction) => admission.admit(transaction),
    consoleNumber: () => domains.preferred(directory.consoleNumbers),
    events: history.events,
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
    mayLead: leads,
    invited: (invitation) => receiveCall(board, invitation),
  });
  opened.add('user agent', () => ua.close());
  board.attach(ua);

  await transport.start();
  locator.keep(routing.namedTargets());
  await parties.start();
  registrar.restore((await kept?.read()) ?? []);
  history.retention.start();
  live.onChange((changed) => {
    if (changed.includes('recording.keepDays')) history.retention.sweep();
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
    configFile: options.configFile,
    checkSettings: ({ media: { holdMusic } }) => music.check(holdMusic),
    phoneHolder: () => holderOf(registrar.bindings(CONSOLE)),
    recordings: history.recordings,
    traces: history.traces,
    qualities: history.qualities,
    applications,
    trunkHop: signalling.trunkHop,
    addresses: signalling.addresses,
    id,
    refuse: () => signalling.refuse(),
    close: () => opened.close(),
    pending: () => transactions.unanswered(),
  });
}

/** `records.registrations.json` beside `records.sqlite`. */
function registrationsBeside(recordsFile: string): string {
  const { dir, name } = parse(recordsFile);
  return join(dir, `${name}.registrations.json`);
}

/** What may wait of the calls over the rate (P25). */
function queueOf({ limits }: Config): QueueLimits | undefined {
  return limits.overRate === 'queue' ? { length: limits.queueLength, seconds: limits.queueSeconds } : undefined;
}

/** Where the simulated phones live: loopback, in the family that the trunk listens in. */
function loopbackBeside(host: string): string {
  return isIPv6(host) && host !== '::' ? '::1' : '127.0.0.1';
}
