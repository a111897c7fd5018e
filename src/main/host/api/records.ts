/** `/api/records`: the records of ended call legs. */
import { z } from 'zod';
import { CallRecord } from '../../../contract/model.ts';
import type { Trunk } from '../../../core/trunk/api.ts';
import { json } from '../exchange.ts';
import { route, type Route } from '../route.ts';

const Query = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1000).optional(),
  cursor: z.string().optional().describe('`nextCursor` of the page before.'),
  number: z.string().optional().describe('Records from or to this number.'),
  since: z.coerce
    .number()
    .int()
    .min(0)
    .optional()
    .describe('Records that started at this time or later, in milliseconds since the Unix epoch.'),
});

export function recordRoutes(trunk: Trunk): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/records',
      summary: 'Records of ended call legs, newest first.',
      query: Query,
      replies: {
        200: {
          description: 'A page of records; `nextCursor` is there when there are more.',
          schema: z.object({ records: z.array(CallRecord), nextCursor: z.string().optional() }),
        },
      },
      handle: ({ query }) => json(trunk.records.list(query)),
    }),
  ];
}
