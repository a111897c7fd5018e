/** Starts the trunk behind an HTTP server and serves contract, control API and console. Both shells use it. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { closeAll } from '../../core/log/close-all.ts';
import type { Logger } from '../../core/log/logger.ts';
import type { Clock } from '../../core/time/clock.ts';
import { formatAddress, loopbackFor, sipPath, type UpgradeSource } from '../../core/transport/index.ts';
import { eventsPath } from '../../contract/wire.ts';
import type { Trunk } from '../../core/api/trunk.ts';
import { applicationRoutes } from './api/applications.ts';
import { callRoutes } from './api/calls.ts';
import { contractRoutes } from './api/contract.ts';
import { eventRoutes } from './api/events.ts';
import { healthRoutes } from './api/health.ts';
import { withOpenApi } from './api/openapi.ts';
import { recordingRoutes } from './api/recording.ts';
import { providerRecordRoutes } from './api/provider-records.ts';
import { recordRoutes } from './api/records.ts';
import { traceRoutes } from './api/trace.ts';
import { commandRunner, type RunCommand } from './commands.ts';
import { consoleFiles } from './console-files.ts';
import { serveEventSockets } from './event-socket.ts';
import { demoPath, demoRoutes } from './demo/routes.ts';
import { createEntrance } from './entrance.ts';
import { createFeed, type Feed } from './feed.ts';
import { createGuard } from './guard.ts';
import { securityHeaders } from './headers.ts';
import { requestListener, type ServerParts } from './server.ts';
import { newToken } from './kept-token.ts';
import { divideUpgrades } from './upgrades.ts';
import { HttpPortInUse } from './start-failure.ts';
import { twilioCallRoutes } from './twilio/calls.ts';
import { twilioDialect } from './twilio/failure.ts';

/** How long the trunk gets for its BYEs and records before the host stops without it. */
const stopLimitMs = 2_500;

export interface HostOptions {
  /** Address and port of the HTTP server; port 0 is any free one. */
  readonly listen: { readonly host: string; readonly port: number };
  /** One that does not listen yet; by default one with limits of time. */
  readonly server?: Server | undefined;
  readonly startTrunk: (shared: TrunkNeeds) => Promise<Trunk>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly version: string;
  /** What the console proves with that it is ours; without one it is made anew. */
  readonly token?: string | undefined;
  /** Folder of the built console; left out when this host serves none. */
  readonly consoleFolder?: string | undefined;
  /** Origins of consoles that are served elsewhere. */
  readonly origins?: readonly string[];
}

/** What the trunk shares with its host. */
export interface TrunkNeeds {
  /** The handshakes of a path, for its one owner; a path that ends in a slash is a folder. */
  readonly upgrades: (path: string) => UpgradeSource;
  readonly token: string;
  readonly origins: () => string[];
  /** Voice URL of the demo application. */
  readonly demoUrl: string;
}

export interface Host {
  readonly trunk: Trunk;
  /** E.g. `http://127.0.0.1:8060`. */
  readonly url: string;
  /** An address that leads to `target` once, within two minutes: for command lines, which others can read. */
  addressOnce(target: string): string;
  /** Origins of the WebSockets that a console opens. */
  readonly sockets: readonly string[];
  /** Must not be logged. */
  readonly token: string;
  readonly run: RunCommand;
  readonly feed: Feed;
  /** Ends all calls and closes everything, in under 3 s. */
  stop(): Promise<void>;
}

/** @throws HttpPortInUse, and whatever `startTrunk` throws; nothing is left running then */
export async function startHost(options: HostOptions): Promise<Host> {
  const { clock, log } = options;
  const { token = newToken() } = options;
  const serving: { parts?: ServerParts } = {};
  const { server = createServer({ headersTimeout: 10_000, requestTimeout: 30_000 }) } = options;
  server.on(
    'request',
    requestListener(() => serving.parts, log),
  );
  const upgrades = divideUpgrades(server, () => serving.parts === undefined);
  const sockets = trackSockets(server);
  const address = await listen(server, options.listen);
  const reachable = reachableAddress(address);
  const origins = [...ownOrigins(address), ...(options.origins ?? [])];

  let trunk: Trunk;
  try {
    const demoUrl = `http://${reachable}${demoPath}`;
    trunk = await options.startTrunk({ upgrades, token, origins: () => origins, demoUrl });
  } catch (error) {
    sockets.closeAll();
    throw error;
  }

  const guard = createGuard({ token, hosts: [options.listen.host], origins: () => origins });
  const feed = createFeed(trunk, log);
  const phone = () => ({
    url: `ws://${reachable}${sipPath}?token=${token}`,
    aor: `sip:console@${trunk.status().domain}`,
    holder: trunk.phoneHolder(),
  });
  const run = commandRunner(trunk, phone, log);
  const health = healthRoutes(trunk, clock);
  const eventSockets = serveEventSockets({ upgrades: upgrades(eventsPath), guard, feed, clock });
  const routes = [
    ...contractRoutes(run),
    ...callRoutes(trunk),
    ...applicationRoutes(trunk),
    ...twilioCallRoutes(trunk),
    ...recordRoutes(trunk),
    ...providerRecordRoutes(trunk),
    ...recordingRoutes(trunk),
    ...traceRoutes(trunk),
    ...eventRoutes(feed, clock),
    ...health.routes,
  ];
  const socketOrigins = [`ws://${reachable}`];
  const entrance = createEntrance(clock);
  serving.parts = {
    guard,
    // The demo is an application like others, and the entrance is for browsers: neither is a part of the control API.
    routes: [...withOpenApi(routes, options.version), ...demoRoutes(trunk), entrance.route],
    files: options.consoleFolder === undefined ? undefined : consoleFiles(options.consoleFolder),
    headers: securityHeaders(socketOrigins),
    dialects: [twilioDialect],
  };

  async function close(): Promise<void> {
    const stopped = trunk.stop().catch((error: unknown) => log.error({ err: error }, 'the trunk could not be stopped'));
    // The console hears of the last BYE before its sockets close.
    if (!(await within(stopLimitMs, clock, stopped))) log.warn({}, 'the trunk did not stop in time');
    await closeAll({ clock, log }, [
      ['health', () => health.close()],
      ['feed', () => feed.close()],
      ['event sockets', () => eventSockets.close()],
      ['connections', () => sockets.closeAll()],
    ]);
  }

  let closing: Promise<void> | undefined;
  return {
    trunk,
    url: `http://${reachable}`,
    addressOnce: (target) => `http://${reachable}${entrance.issue(target)}`,
    sockets: socketOrigins,
    token,
    run,
    feed,
    stop: () => (closing ??= close()),
  };
}

async function listen(server: Server, { host, port }: HostOptions['listen']): Promise<AddressInfo> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? new HttpPortInUse(formatAddress({ host, port })) : error);
    });
    server.listen({ host, port, exclusive: true }, resolve);
  });
  return server.address() as AddressInfo;
}

/** An address that a client on this machine can use, also when the server listens on all of them. */
function reachableAddress({ address, port }: AddressInfo): string {
  return formatAddress({ host: loopbackFor(address), port });
}

function ownOrigins(address: AddressInfo): string[] {
  return [`http://${reachableAddress(address)}`, `http://localhost:${address.port}`];
}

/** `server.close()` leaves upgraded connections alone; these are closed with all others. */
function trackSockets(server: Server): { closeAll(): void } {
  const open = new Set<Socket>();
  server.on('connection', (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  return {
    closeAll() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

/** True when `work`, which never rejects, settled in time. */
async function within(ms: number, clock: Clock, work: Promise<void>): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<false>();
  const timer = clock.after(ms, () => resolve(false));
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    timer.cancel();
  }
}
