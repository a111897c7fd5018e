import { expect, it } from 'vitest';
import type { Board } from '../../src/core/b2bua/board.ts';
import { routeToTarget } from '../../src/core/b2bua/target-route.ts';
import type { Hop } from '../../src/core/transport/index.ts';

const hop: Hop = { transport: 'UDP', host: '192.0.2.7', port: 5060 };

/** A board that knows nothing but how to locate what is elsewhere. */
function boardThatFinds(found: readonly Hop[], known?: Hop): Board {
  const options = { routeUri: () => undefined };
  return { options, ua: { locate: () => known, locateAll: async () => found } } as unknown as Board;
}

const target = { allowed: true, kind: 'sip', uri: 'sip:sales@pbx.example', billable: false } as const;

it('S3: a host name is looked up before it is dialled (RFC 3263)', async () => {
  const route = routeToTarget(boardThatFinds([hop]), target, 'foreign');
  expect(route.destinations).toEqual([]);
  const located = await route.lookUp?.();
  expect(located?.destinations).toEqual([{ role: 'target', uri: target.uri, hop, media: 'rtp' }]);
});

it('S3: a name that nobody has amounts to 503', async () => {
  const located = await routeToTarget(boardThatFinds([]), target, 'foreign').lookUp?.();
  expect(located?.destinations).toEqual([]);
  expect(located?.failure.status).toBe(503);
});

it('what is located already is dialled at once', () => {
  const route = routeToTarget(boardThatFinds([], hop), target, 'foreign');
  expect(route.lookUp).toBeUndefined();
  expect(route.destinations).toHaveLength(1);
});
