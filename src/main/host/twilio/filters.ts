/** Which calls a list shows. Names and meanings are those of Twilio's "Read multiple Call resources". */
import { z } from 'zod';
import type { CallResource } from '../../../core/api/trunk.ts';

const Day = z.string().refine((text) => !Number.isNaN(Date.parse(text)), 'must be a date, such as 2026-01-31');

export const Filters = z.object({
  To: z.string().optional(),
  From: z.string().optional(),
  ParentCallSid: z.string().optional(),
  Status: z.string().optional(),
  StartTime: Day.optional().describe('Calls that started on this day.'),
  'StartTime<': Day.optional().describe('Calls that started then or earlier; a day counts to its end.'),
  'StartTime>': Day.optional().describe('Calls that started then or later.'),
  PageSize: z.coerce.number().int().min(1).max(1000).default(50),
  Page: z.coerce.number().int().min(0).default(0),
});

const DAY_MS = 86_400_000;

export function filtered(calls: readonly CallResource[], filters: z.output<typeof Filters>): CallResource[] {
  const { To: to, From: from, ParentCallSid: parent, Status: status } = filters;
  const [first, last] = [beginOf(filters['StartTime>'] ?? filters.StartTime), endOf(filters)];
  return calls.filter(
    (call) =>
      (to === undefined || call.to === to) &&
      (from === undefined || call.from === from) &&
      (parent === undefined || call.parentSid === parent) &&
      (status === undefined || call.status === status) &&
      call.createdAt >= first &&
      call.createdAt <= last,
  );
}

function beginOf(text: string | undefined): number {
  return text === undefined ? -Infinity : Date.parse(text);
}

function endOf(filters: z.output<typeof Filters>): number {
  const text = filters['StartTime<'] ?? filters.StartTime;
  if (text === undefined) return Infinity;
  return Date.parse(text) + (/^\d{4}-\d{2}-\d{2}$/.test(text) || filters['StartTime<'] === undefined ? DAY_MS - 1 : 0);
}
