import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { err, ok } from '../message/result.ts';
import type { Result } from '../message/result.ts';
import type { Clock } from '../time/clock.ts';
import type { Failure } from './failure.ts';

/** The addresses of a name; rejects when there are none. */
export type Resolve = (host: string) => Promise<readonly string[]>;

export async function resolveBySystem(host: string): Promise<string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}

/** The addresses of a host; an address is its own. What takes longer than `limitMs` has failed like a connection. */
export function resolveWithin(
  host: string,
  resolve: Resolve,
  { clock, limitMs, signal }: { clock: Clock; limitMs: number; signal: AbortSignal },
): Promise<Result<readonly string[], Failure>> {
  if (isIP(host) !== 0) return Promise.resolve(ok([host]));
  return new Promise((done) => {
    const settle = (result: Result<readonly string[], Failure>): void => {
      timer.cancel();
      signal.removeEventListener('abort', late);
      done(result);
    };
    const late = (): void =>
      settle(err({ code: 11201, text: `${host} was not resolved in time.`, connected: false, retryable: true }));
    const unknown = (): void =>
      settle(err({ code: 11210, text: `${host} is not a known host name.`, connected: false, retryable: false }));
    const timer = clock.after(limitMs, late);
    signal.addEventListener('abort', late, { once: true });
    if (signal.aborted) return late();
    resolve(host).then((addresses) => (addresses.length === 0 ? unknown() : settle(ok(addresses))), unknown);
  });
}
