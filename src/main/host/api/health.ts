/** `/healthz` and `/metrics`. */
import { z } from 'zod';
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
            '',
          ].join('\n'),
          'text/plain; version=0.0.4; charset=utf-8',
        ),
    }),
  ];
  return { routes, close: unsubscribe };
}

function metric(name: string, type: 'gauge' | 'counter', help: string, value: number): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, `${name} ${value}`];
}
