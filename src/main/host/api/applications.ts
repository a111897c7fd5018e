/** `/api/webhooks`, `/api/notices` and `/api/calls/{id}/twiml`: applications that give TwiML. */
import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { ApplicationNotice, TwimlSource, WebhookExchange } from '../../../contract/model.ts';
import type { Trunk } from '../../../core/api/trunk.ts';
import { json, mediaTypeOf, readJson, readText } from '../exchange.ts';
import { Problem } from '../problem.ts';
import { route, type BodyReader, type Route } from '../route.ts';

const Last = z.strictObject({ limit: z.coerce.number().int().min(1).max(1000).default(100) });

/** A document as it is, or JSON. */
const twiml: BodyReader = {
  types: { 'application/json': 'schema', 'application/xml': 'text', 'text/xml': 'text' },
  async read(request: IncomingMessage) {
    const type = mediaTypeOf(request);
    if (type === 'application/xml' || type === 'text/xml') return { xml: await readText(request) };
    if (type === 'application/json') return readJson(request);
    throw new Problem('bad-request', 'Send a document as application/xml, or {"url": …} as application/json.');
  },
};

export function applicationRoutes(trunk: Trunk): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/calls/{id}/twiml',
      summary:
        'Run TwiML on the leg of a live call to a SIP endpoint or the console, in place of what it was doing (T1). ' +
        '`id` is that of a call, or a CallSid. A relative `url` counts from the document that runs.',
      body: TwimlSource,
      read: twiml,
      replies: { 202: { description: 'The document has begun; the call tells how it goes.', schema: z.object({}) } },
      handle: async ({ params, body }) => {
        await trunk.runTwiml(params['id'] ?? '', body);
        return json({}, 202);
      },
    }),
    route({
      method: 'GET',
      path: '/api/webhooks',
      summary: 'The last requests to applications, newest first.',
      query: Last,
      replies: {
        200: { description: 'With their answers.', schema: z.object({ webhooks: z.array(WebhookExchange) }) },
      },
      handle: ({ query }) => json({ webhooks: trunk.webhooks(query.limit) }),
    }),
    route({
      method: 'GET',
      path: '/api/webhooks/{id}',
      summary: 'One of them.',
      replies: { 200: { description: 'The request and its answer.', schema: WebhookExchange } },
      handle: ({ params }) => {
        const webhook = trunk.webhook(params['id'] ?? '');
        if (!webhook) throw new Problem('not-found', `There is no request ${params['id']}.`);
        return json(webhook);
      },
    }),
    route({
      method: 'POST',
      path: '/api/webhooks/{id}/replay',
      summary: 'Send it once more; nothing is done with the answer but to show it.',
      replies: { 200: { description: 'The new request, when it is over.', schema: WebhookExchange } },
      handle: async ({ params }) => json(await trunk.replayWebhook(params['id'] ?? '')),
    }),
    route({
      method: 'GET',
      path: '/api/notices',
      summary: 'What was wrong with the documents of applications or the way to them, newest first.',
      query: Last,
      replies: {
        200: { description: "With Twilio's codes.", schema: z.object({ notices: z.array(ApplicationNotice) }) },
      },
      handle: ({ query }) => json({ notices: trunk.notices(query.limit) }),
    }),
  ];
}
