/** The records as the providers' own APIs give them, under paths like theirs: a client can be pointed at either. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { PLIVO_MAX_LIMIT, plivoCall, plivoList } from '../../../core/cdr/renderings/plivo.ts';
import { SINCH_MAX_SIZE, sinchCall, sinchList } from '../../../core/cdr/renderings/sinch.ts';
import type { Trunk } from '../../../core/api/trunk.ts';
import { json } from '../exchange.ts';
import { Problem } from '../problem.ts';
import { route, type Route } from '../route.ts';

const PlivoQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(PLIVO_MAX_LIMIT).default(PLIVO_MAX_LIMIT),
  offset: z.coerce.number().int().min(0).default(0),
});

const SinchQuery = z.strictObject({
  page: z.coerce.number().int().min(1).default(1),
  size: z.coerce.number().int().min(1).max(SINCH_MAX_SIZE).default(100),
});

export function providerRecordRoutes(trunk: Trunk): Route[] {
  return [...plivoRoutes(trunk), ...sinchRoutes(trunk)];
}

function plivoRoutes({ records }: Trunk): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/Account/{auth_id}/Zentrunk/Call/',
      summary: "Records made under the profile `plivo`, as Plivo's list of calls. Any `auth_id` will do.",
      query: PlivoQuery,
      replies: { 200: { description: '`api_id`, `meta` and `objects`, newest first.', schema: z.object({}).loose() } },
      handle: ({ params, query }) => {
        const path = `/v1/Account/${encodeURIComponent(params['auth_id'] ?? '')}/Zentrunk/Call/`;
        const { records: page, total } = records.slice({ provider: 'plivo', ...query });
        return json(plivoList(page, { path, total, apiId: randomUUID(), ...query }));
      },
    }),
    route({
      method: 'GET',
      path: '/v1/Account/{auth_id}/Zentrunk/Call/{call_uuid}/',
      summary: "One record as Plivo's call object.",
      replies: { 200: { description: 'The call.', schema: z.object({}).loose() } },
      handle: ({ params }) => {
        const record = records.get(params['call_uuid'] ?? '');
        if (record?.provider !== 'plivo') throw new Problem('not-found', `There is no call ${params['call_uuid']}.`);
        return json({ api_id: randomUUID(), ...plivoCall(record) });
      },
    }),
  ];
}

function sinchRoutes({ records }: Trunk): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/projects/{projectId}/calls',
      summary: "Records made under the profile `sinch`, as Sinch's list of calls. Any `projectId` will do.",
      query: SinchQuery,
      replies: { 200: { description: '`calls` and where the page lies, newest first.', schema: z.object({}).loose() } },
      handle: ({ params, query: { page, size } }) => {
        const slice = records.slice({ provider: 'sinch', offset: (page - 1) * size, limit: size });
        return json(sinchList(slice.records, { projectId: params['projectId'] ?? '', page, size, total: slice.total }));
      },
    }),
    route({
      method: 'GET',
      path: '/v1/projects/{projectId}/calls/{callId}',
      summary: "One record as Sinch's call.",
      replies: { 200: { description: 'The call.', schema: z.object({}).loose() } },
      handle: ({ params }) => {
        const record = records.get(params['callId'] ?? '');
        if (record?.provider !== 'sinch') throw new Problem('not-found', `There is no call ${params['callId']}.`);
        return json(sinchCall(record, params['projectId'] ?? ''));
      },
    }),
  ];
}
