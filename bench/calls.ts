/** Calls through the trunk with SIPp on both sides: CPU per call, memory, the highest rate. */
import { available, cpuOf, end, residentOf, sleep } from './lib/process.ts';
import { highestOf } from './lib/highest.ts';
import { heading, judge, line, median, ratio, round } from './lib/report.ts';
import { startKamailio, startNpmSip, startTrunkServer, type Server } from './lib/servers.ts';
import { placeCalls, startEndpoint } from './lib/sipp.ts';

const PORTS = { endpoint: 17_060, caller: 17_062, patchcord: 17_064, npm: 17_066, kamailio: 17_068 };
const ROUNDS = 3;
const SECONDS = 10;
/** After a call its transactions linger and its trace is stored: that belongs to its cost as well. RFC 3261 §17 (64·T1). */
const AFTERMATH_MS = 35_000;

async function measure(): Promise<void> {
  if (!available('calls', 'sipp')) return;
  const endpoint = startEndpoint(PORTS.endpoint);
  try {
    for (const rate of [200, 800]) await compare(rate);
    await highest();
  } finally {
    await end(endpoint);
  }
}

/** Every server takes its turn, round by round; one is charged for all it does until its next turn. */
async function compare(rate: number): Promise<void> {
  const withKamailio = available('kamailio', 'kamailio');
  heading(`calls: ${rate} a second through the trunk and its peers, ${ROUNDS} rounds of ${SECONDS} s`);
  const servers: Server[] = [
    await startTrunkServer(PORTS.patchcord, PORTS.endpoint),
    await startNpmSip(PORTS.npm, PORTS.endpoint),
    ...(withKamailio ? [await startKamailio(PORTS.kamailio, PORTS.endpoint)] : []),
  ];
  const costs = new Map<Server, number[]>(servers.map((server) => [server, []]));
  const resident = new Map<Server, number>();
  try {
    const before = new Map<Server, { cpu: number; calls: number }>();
    const settle = (server: Server): void => {
      const start = before.get(server);
      if (start) costs.get(server)?.push((cpuOf(server.pid) - start.cpu) / start.calls);
    };
    // The first turn warms up and is not counted.
    for (let turn = 0; turn <= ROUNDS; turn += 1) {
      for (const server of servers) {
        settle(server);
        const cpu = cpuOf(server.pid);
        const result = await placeCalls({ to: server.port, from: PORTS.caller, rate, seconds: SECONDS });
        resident.set(server, Math.max(resident.get(server) ?? 0, residentOf(server.pid)));
        if (result.failed > 0 || result.retransmissions > 0) {
          line(`${server.name}: ${result.failed} calls failed, ${result.retransmissions} retransmissions`);
        }
        if (turn > 0) before.set(server, { cpu, calls: result.succeeded });
      }
    }
    await sleep(AFTERMATH_MS);
    for (const server of servers) settle(server);
  } finally {
    for (const server of servers) await server.stop();
  }
  const cost = new Map(servers.map((server) => [server.name, median(costs.get(server) ?? [])]));
  for (const server of servers) {
    line(
      `${server.name}: ${round(cost.get(server.name)!)} µs CPU per call, ${round(resident.get(server)!)} MB resident`,
    );
  }
  const ours = cost.get('patchcord')!;
  ratio('CPU per call beside npm sip', ours, cost.get('npm sip')!, 0.5);
  if (withKamailio) ratio('CPU per call beside Kamailio', ours, cost.get('kamailio')!, 1);
  if (rate === 800) judge('resident memory', resident.get(servers[0]!)!, 'at most', 150, 'MB');
}

/**
 * The highest rate, in steps, that is held for 20 s without a failed call or a retransmission. Not of Kamailio: between
 * its processes a BYE may overtake the ACK before it, which SIPp's endpoint takes for a failed call at any rate.
 */
async function highest(): Promise<void> {
  heading('calls: highest rate held for 20 s with no failed call and no retransmission');
  const best = await highestOf('patchcord', () => startTrunkServer(PORTS.patchcord, PORTS.endpoint), PORTS.caller);
  judge('highest rate', best, 'at least', 1200, 'calls a second');
  await highestOf('npm sip', () => startNpmSip(PORTS.npm, PORTS.endpoint), PORTS.caller);
}

await measure();
