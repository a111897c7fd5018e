/** `/healthz` and `/metrics`. */
import { z } from 'zod';
import type { QualityCount, QualitySums } from '../../../nouns/quality.ts';
import type { Clock } from '../../../core/time/clock.ts';
import type { Trunk } from '../../../core/api/trunk.ts';
import { json, text } from '../exchange.ts';
import { route, type Route } from '../route.ts';

export interface Counters {
  routes: Route[];
  close(): void;
}

/** Counts from now on. */
export function healthRoutes(trunk: Trunk, clock: Clock): Counters {
  const startedAt = clock.now();
  let ended = 0;
  let records = 0;
  const unsubscribe = trunk.onEvent(
    (event) => {
      if (event.type !== 'recordAdded') return;
      records += 1;
      // Each call has one such record, added at its end.
      if (event.record.kind === 'original') ended += 1;
    },
    ['recordAdded'],
  );
  const uptimeSeconds = (): number => (clock.now() - startedAt) / 1000;
  const routes = [
    route({
      method: 'GET',
      path: '/healthz',
      summary: 'Liveness. Needs no token.',
      open: true,
      replies: {
        200: { description: 'The trunk runs.', schema: z.object({ status: z.string() }) },
        503: { description: 'The trunk does not run.' },
      },
      handle: () => {
        const { state } = trunk.status();
        return json({ status: state }, state === 'running' ? 200 : 503);
      },
    }),
    route({
      method: 'GET',
      path: '/metrics',
      summary: 'Metrics in the text format of Prometheus.',
      replies: { 200: { description: 'Gauges and counters since the start.', type: 'text/plain' } },
      // Sums that are kept anyway: however many calls there are, it costs the same.
      handle: () =>
        text(
          [
            ...metric('patchcord_calls_live', 'gauge', 'Calls in progress.', trunk.callCount()),
            ...metric('patchcord_calls_total', 'counter', 'Calls since the start.', ended + trunk.callCount()),
            ...metric('patchcord_records_total', 'counter', 'Call records since the start.', records),
            ...metric('patchcord_uptime_seconds', 'gauge', 'Time since the start.', uptimeSeconds()),
            ...qualityMetrics(trunk.qualitySums()),
            '',
          ].join('\n'),
          'text/plain; version=0.0.4; charset=utf-8',
        ),
    }),
  ];
  return { routes, close: unsubscribe };
}

/** A fixed number of series, whatever happens: five warnings on four sides, seven bounds. */
function qualityMetrics({ packets, lost, mos, mosSum, warnings }: QualitySums): string[] {
  const labels = ({ name, side }: QualityCount): string => `{name="${name}",side="${side}"}`;
  const bound = (atMost: number): string => (atMost === Infinity ? '+Inf' : String(atMost));
  return [
    ...metric(
      'patchcord_rtp_received_packets_total',
      'counter',
      'RTP packets received by legs that have ended.',
      packets,
    ),
    ...metric('patchcord_rtp_lost_packets_total', 'counter', 'RTP packets that never came, of the same legs.', lost),
    '# HELP patchcord_leg_mos Mean opinion score of legs that have ended, the worse direction.',
    '# TYPE patchcord_leg_mos histogram',
    ...mos.map(({ atMost, legs }) => `patchcord_leg_mos_bucket{le="${bound(atMost)}"} ${legs}`),
    `patchcord_leg_mos_sum ${mosSum}`,
    `patchcord_leg_mos_count ${mos.at(-1)?.legs ?? 0}`,
    '# HELP patchcord_quality_warnings Warnings about the quality of live legs that last now.',
    '# TYPE patchcord_quality_warnings gauge',
    ...warnings.map((count) => `patchcord_quality_warnings${labels(count)} ${count.lasting}`),
    '# HELP patchcord_quality_warnings_total Warnings that have begun since the start.',
    '# TYPE patchcord_quality_warnings_total counter',
    ...warnings.map((count) => `patchcord_quality_warnings_total${labels(count)} ${count.total}`),
  ];
}

function metric(name: string, type: 'gauge' | 'counter', help: string, value: number): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, `${name} ${value}`];
}
