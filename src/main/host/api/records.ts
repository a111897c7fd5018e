/** `/api/records`: the records of ended call legs. */
import { z } from 'zod';
import { RecordPage } from '../../../contract/model.ts';
import { recordsCsv } from '../../../core/cdr/renderings/csv.ts';
import type { Trunk } from '../../../core/api/trunk.ts';
import { json, text, type Reply } from '../exchange.ts';
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
  format: z
    .enum(['json', 'csv'])
    .default('json')
    .describe(
      'With csv, RFC 4180 with a header line, times in UTC. Text that a spreadsheet would take for a formula has an ' +
        'apostrophe before it; E.164 numbers are left as they are. X-Next-Cursor names the next page.',
    ),
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
          schema: RecordPage,
        },
      },
      handle: ({ query: { format, ...query } }) => {
        const page = trunk.records.list(query);
        return format === 'csv' ? csv(page) : json(page);
      },
    }),
  ];
}

function csv({ records, nextCursor }: RecordPage): Reply {
  return {
    ...text(recordsCsv(records), 'text/csv; charset=utf-8; header=present'),
    headers: {
      'content-disposition': 'attachment; filename="records.csv"',
      ...(nextCursor === undefined ? {} : { 'x-next-cursor': nextCursor }),
    },
  };
}
