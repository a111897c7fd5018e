/** A leg, and a list of them, in the JSON of Twilio's Call resource. Source: twilio.com/docs/voice/api/call-resource. */
import type { CallResource } from '../../../core/api/trunk.ts';
import { apiVersion } from './failure.ts';

/** What every field but those below is about is nothing that this trunk has: prices, answering machines, queues. */
export function callJson(call: CallResource, accountSid: string): object {
  const uri = `${callsPath(accountSid)}/${call.sid}`;
  return {
    account_sid: accountSid,
    annotation: null,
    answered_by: null,
    api_version: apiVersion,
    caller_name: call.callerName ?? null,
    date_created: rfc2822(call.createdAt),
    date_updated: rfc2822(call.endedAt ?? call.answeredAt ?? call.createdAt),
    direction: call.direction,
    duration: durationOf(call),
    end_time: rfc2822(call.endedAt),
    forwarded_from: call.forwardedFrom ?? null,
    from: call.from,
    from_formatted: formatted(call.from),
    group_sid: null,
    parent_call_sid: call.parentSid ?? null,
    phone_number_sid: null,
    price: null,
    price_unit: 'USD',
    queue_time: '0',
    sid: call.sid,
    start_time: call.status === 'queued' ? null : rfc2822(call.createdAt),
    status: call.status,
    subresource_uris: {},
    to: call.to,
    to_formatted: formatted(call.to),
    trunk_sid: null,
    uri: `${uri}.json`,
  };
}

/** `number` counts from 0. */
interface Page {
  readonly number: number;
  readonly size: number;
  /** The filters, to be kept in the links to other pages. */
  readonly filters: readonly (readonly [name: string, value: string])[];
}

export function callListJson(calls: readonly CallResource[], accountSid: string, page: Page): object {
  const { number, size, filters } = page;
  const start = number * size;
  const shown = calls.slice(start, start + size);
  const uri = (of: number) =>
    `${callsPath(accountSid)}.json?${String(new URLSearchParams([...filters, ['PageSize', `${size}`], ['Page', `${of}`]].map(([name = '', value = '']) => [name, value])))}`;
  return {
    calls: shown.map((call) => callJson(call, accountSid)),
    end: start + Math.max(shown.length - 1, 0),
    first_page_uri: uri(0),
    next_page_uri: start + size < calls.length ? uri(number + 1) : null,
    page: number,
    page_size: size,
    previous_page_uri: number > 0 ? uri(number - 1) : null,
    start,
    uri: uri(number),
  };
}

function callsPath(accountSid: string): string {
  return `/${apiVersion}/Accounts/${accountSid}/Calls`;
}

/** `Fri, 13 Aug 2010 01:16:24 +0000` */
function rfc2822(at: number | undefined): string | null {
  return at === undefined ? null : new Date(at).toUTCString().replace('GMT', '+0000');
}

/** Seconds as text, from the answer on; none before the end. */
function durationOf({ answeredAt, endedAt }: CallResource): string | null {
  if (endedAt === undefined) return null;
  return String(answeredAt === undefined ? 0 : Math.round((endedAt - answeredAt) / 1000));
}

/** `(415) 555-0199` for a number of the North American plan; anything else as it is. */
function formatted(party: string): string {
  const [, area, exchange, line] = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(party) ?? [];
  return area === undefined ? party : `(${area}) ${exchange}-${line}`;
}
