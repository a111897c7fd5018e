/** A trunk on real sockets with free ports, parties that speak in tones, and an endpoint of its own beside it. */
import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createMediaFactory } from '../../src/core/composition/media-factory.ts';
import { silent } from '../../src/core/log/logger.ts';
import type { MediaFactory } from '../../src/core/media/session.ts';
import { tone, type Sound } from '../../src/core/media/sound.ts';
import { PartyHost } from '../../src/core/parties/host.ts';
import type { Party } from '../../src/core/parties/party.ts';
import type { PartyPhone } from '../../src/core/parties/phone.ts';
import { RealClock } from '../../src/core/time/real-clock.ts';
import { parseConfig } from '../../src/core/config/config.ts';
import { startTrunk } from '../../src/core/composition/index.ts';
import type { TrunkOptions } from '../../src/core/composition/options.ts';
import type { RunningTrunk } from '../../src/core/composition/running-trunk.ts';
import type { CredentialsFor } from '../../src/core/ua/digest-client.ts';
import { createIds } from '../../src/core/ua/ids.ts';

const TOKEN = 'test-token';

export interface RealTrunk {
  readonly trunk: RunningTrunk;
  readonly http: Server;
  /** `http://127.0.0.1:port` */
  readonly origin: string;
  readonly clock: RealClock;
  close(): Promise<void>;
}

/** Not even silence: no packet. */
const nothing: Sound = { codec: 'PCMU', length: 0, frame: () => new Uint8Array() };

/** @param tones what each party says, in hertz, 0 for nothing at all; others say nothing but 300 Hz */
export async function startRealTrunk(
  config: object = {},
  tones: Record<string, number> = {},
  recordsFile = ':memory:',
  recordingsFolder?: string,
  more: Pick<TrunkOptions, 'resolver'> = {},
): Promise<RealTrunk> {
  const clock = new RealClock();
  const http = createServer();
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const parsed = parseConfig({ listen: { udp: 0, tcp: 0, tls: 0, http: 0 }, ...config });
  if (!parsed.ok) throw new Error(parsed.error.join('\n'));
  const trunk = await startTrunk({
    config: parsed.value,
    clock,
    log: silent,
    upgrades: () => http,
    token: TOKEN,
    origins: () => [origin],
    recordsFile,
    recordingsFolder,
    lines: (party) => (tones[party.number] === 0 ? [nothing] : [tone([tones[party.number] ?? 300])]),
    ...more,
  });
  return {
    trunk,
    http,
    origin,
    clock,
    close: async () => {
      await trunk.stop();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

export interface RealEndpoint {
  readonly host: PartyHost;
  /** URI under which it is reached, with this user part. */
  uri(user: string): string;
  close(): Promise<void>;
}

/** A SIP phone of somebody else: it answers every call at once and says a tone. */
export async function startEndpoint(hz: number, credentialsFor?: CredentialsFor): Promise<RealEndpoint> {
  const clock = new RealClock();
  const media: MediaFactory = await createMediaFactory({
    clock,
    log: silent,
    host: '127.0.0.1',
    portMin: 40_000,
    portMax: 41_000,
  });
  const self: Party = { number: 'agent', name: 'Agent', behaviour: 'answer', afterMs: 0 };
  const host = new PartyHost({
    clock,
    log: silent,
    ids: createIds((bytes) => randomBytes(bytes).toString('hex')),
    media,
    domain: 'endpoint.test',
    host: '127.0.0.1',
    party: () => self,
    transferTarget: () => undefined,
    lines: () => [tone([hz])],
    ssrc: () => randomBytes(4).readUInt32BE(),
    ...(credentialsFor ? { credentialsFor } : {}),
  });
  await host.start();
  return {
    host,
    uri: (user) => `sip:${user}@${host.hop.host}:${host.hop.port}`,
    close: async () => {
      await host.close();
      await media.close();
    },
  };
}

/** Resolves with the phone of the next call whose media is up. */
export function nextPhone(host: PartyHost, accept: (phone: PartyPhone) => boolean = () => true): Promise<PartyPhone> {
  return new Promise((resolve) => {
    const stop = host.onMedia((phone) => {
      if (!accept(phone)) return;
      stop();
      resolve(phone);
    });
  });
}
