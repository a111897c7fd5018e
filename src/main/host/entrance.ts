/**
 * `/open/…`: addresses that lead to the console once. They stand on the command line of a browser, where everybody on
 * the machine can read them; the token does not.
 */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../core/time/clock.ts';
import { Problem } from './problem.ts';
import { route, type Route } from './route.ts';

/** How long one may wait to be used: a browser may take its time for its first start. */
const VALID_MS = 120_000;

export interface Entrance {
  readonly route: Route;
  /** A path that leads to `target`, the first time it is asked for. */
  issue(target: string): string;
}

export function createEntrance(clock: Clock): Entrance {
  const open = new Map<string, { readonly target: string; readonly until: number }>();
  return {
    issue(target) {
      const code = randomBytes(24).toString('base64url');
      open.set(code, { target, until: clock.now() + VALID_MS });
      return `/open/${code}`;
    },
    route: route({
      method: 'GET',
      path: '/open/{code}',
      summary: 'Leads a browser to the console, once.',
      open: true,
      replies: {},
      handle: ({ params: { code = '' }, request }) => {
        const entry = open.get(code);
        // Whoever only asks (HEAD) neither learns the token nor uses the address up.
        const asks = request.method === 'HEAD';
        if (!asks) open.delete(code);
        if (!entry || entry.until <= clock.now()) {
          throw new Problem('not-found', 'This address was good for one use. Take the one that the trunk has printed.');
        }
        return asks ? { status: 204 } : { status: 303, headers: { location: entry.target } };
      },
    }),
  };
}
