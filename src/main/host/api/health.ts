/** `/healthz` and `/metrics`. */
import { z } from 'zod';
import type { Clock } from '../../../core/time/clock.ts';
import type { Trunk } from '../../../core/trunk/api.ts';
import { json, text } from '../exchange.ts';
import { route, type Route } from '../route.ts';

export interface Counters {
  routes: Route[];
  close(): void;
}

/** Counts from now on. */
export function healthRoutes(trunk: Trunk, clock: Clock): Counters {
  const startedAt = clock.now();
  const live = new Set<string>();
  let calls = 0;
  let records = 0;
  const unsubscribe = trunk.onEvent((event) => {
    if (event.type === 'recordAdded') records += 1;
    if (event.type !== 'callChanged') return;
    if (!live.has(event.call.id)) {
      live.add(event.call.id);
      calls += 1;
    }
    if (event.call.state === 'ended') live.delete(event.call.id);
  });
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
      handle: () =>
        text(
          [
            ...metric('patchcord_calls_live', 'gauge', 'Calls in progress.', trunk.calls().length),
            ...metric('patchcord_calls_total', 'counter', 'Calls since the start.', calls),
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
