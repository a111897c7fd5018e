/** `/api/events`: live events as server-sent events. */
import type { ServerResponse } from 'node:http';
import type { Clock, Timer } from '../../../core/time/clock.ts';
import type { Feed } from '../feed.ts';
import { publicEvent } from '../public-event.ts';
import { route, type Route } from '../route.ts';

/** Comments in between keep proxies from taking a quiet stream for a dead one. */
const commentEveryMs = 15_000;
/** Bytes waiting for one reader beyond which it is dropped. */
const backlogLimit = 4 * 1024 * 1024;

export function eventRoutes(feed: Feed, clock: Clock): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/events',
      summary:
        'Live events: `call`, `record`, `findings`, `message`, `webhook`, `notice`, `directory`, `phone`, `settings`, `storage` and `trunk`. A reader that is too slow is cut off.',
      replies: { 200: { description: 'An endless stream.', type: 'text/event-stream' } },
      handle: ({ request, response }) => {
        response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
        if (request.method === 'HEAD') response.end();
        else stream(response, feed, clock);
        return 'streaming';
      },
    }),
  ];
}

function stream(response: ServerResponse, feed: Feed, clock: Clock): void {
  let timer: Timer;
  response.write(': patchcord\n\n');
  function comment(): void {
    response.write(':\n\n');
    timer = clock.after(commentEveryMs, comment);
  }
  timer = clock.after(commentEveryMs, comment);
  const unsubscribe = feed.subscribe(({ event }) => {
    if (response.writableLength > backlogLimit) {
      response.destroy();
      return;
    }
    const data = publicEvent(event);
    response.write(`event: ${data.event}\ndata: ${JSON.stringify(data)}\n\n`);
  });
  response.on('close', () => {
    timer.cancel();
    unsubscribe();
  });
}
