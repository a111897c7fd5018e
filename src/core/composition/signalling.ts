/** How SIP reaches the trunk: its transports, their limits, and the transactions over them. */
import type { SipAddresses } from '../../nouns/trunk.ts';
import { TransactionLayer } from '../transaction/index.ts';
import {
  formatAddress,
  LocalAddresses,
  loopbackFor,
  Overload,
  TcpTransport,
  TlsTransport,
  TransportLayer,
  UdpTransport,
  sipPath,
  WebSocketTransport,
  type Address,
  type Hop,
  type TlsIdentity,
  type Transport,
} from '../transport/index.ts';
import type { Config } from '../config/config.ts';
import type { TrunkOptions } from './options.ts';

export interface Signalling {
  readonly transport: TransportLayer;
  readonly transactions: TransactionLayer;
  /**
   * `host:port` of each listener, once started: SIP as other machines reach it, when they do; the WebSocket as this
   * machine does, since the console is for this machine alone.
   */
  addresses(): SipAddresses;
  /** New requests get 503 with Retry-After from now on; dialogs go on. */
  refuse(): void;
  close(): Promise<void>;
  /** Where those on this machine send their INVITE. */
  trunkHop(): Hop;
}

export interface SignallingSetup {
  readonly host: string;
  readonly certificate: TlsIdentity;
  readonly limits: () => Config['limits'];
  /** Whoever may send as much as it likes. */
  readonly exempt: (from: Address) => boolean;
}

/** Nothing listens before `transport.start()`. */
export function createSignalling(
  { config, clock, log, upgrades, token, origins }: TrunkOptions,
  { host, certificate, limits, exempt }: SignallingSetup,
): Signalling {
  const { listen } = config;
  const udp = new UdpTransport({ host, port: listen.udp });
  const tcp = new TcpTransport({ host, port: listen.tcp, clock, log });
  const tls = new TlsTransport({
    host,
    port: listen.tls,
    clock,
    log,
    identity: certificate,
    verify: config.tls.verify,
  });
  const ws = new WebSocketTransport({ server: upgrades(sipPath), token, origins, clock, log });
  const overload = new Overload({
    get perSecond() {
      return limits().requestsPerSecond;
    },
    get perSecondPerSource() {
      return limits().requestsPerSecondPerSource;
    },
    exempt,
    now: () => clock.now(),
  });
  const addresses = new LocalAddresses({ clock, advertise: listen.advertise });
  const transport = new TransportLayer({
    transports: [udp, tcp, tls, ws],
    clock,
    log,
    overload,
    addresses,
    later: setImmediate,
  });
  const usual = ({ local: { host: listening, port } }: Transport): string =>
    formatAddress({ host: addresses.usual(listening), port });
  const transactions = new TransactionLayer({ transport, clock, log });
  return {
    transport,
    transactions,
    refuse: () => overload.close(),
    close: async () => {
      transactions.close();
      await transport.close();
    },
    addresses: () => ({
      udp: usual(udp),
      tcp: usual(tcp),
      tls: usual(tls),
      ws: formatAddress(reachable(ws)),
    }),
    trunkHop: () => ({ transport: 'UDP', ...reachable(udp) }),
  };
}

/** As this machine reaches it. */
function reachable({ local: { host, port } }: Transport): Address {
  return { host: loopbackFor(host), port };
}
