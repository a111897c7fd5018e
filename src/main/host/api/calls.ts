/** `/api/calls`: live calls, and what can be done to them. */
import { z } from 'zod';
import { CallQualityReport, CallView } from '../../../contract/model.ts';
import type { Trunk } from '../../../core/api/trunk.ts';
import { json } from '../exchange.ts';
import { Problem } from '../problem.ts';
import { route, type Route } from '../route.ts';

const Placed = z.object({ id: z.string().describe('Id of the call; GET /api/calls/{id} tells how it goes.') });

export function callRoutes(trunk: Trunk): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/calls',
      summary:
        'Place a call. When `to` is a number of the trunk, a simulated caller dials it; else the trunk dials out.',
      body: z.strictObject({ from: z.string().min(1), to: z.string().min(1) }),
      replies: { 201: { description: 'The call has begun.', schema: Placed } },
      handle: async ({ body }) => {
        const { callId } = await trunk.dial(body);
        const placed = json({ id: callId }, 201);
        return { ...placed, headers: { location: `/api/calls/${encodeURIComponent(callId)}` } };
      },
    }),
    route({
      method: 'GET',
      path: '/api/calls',
      summary: 'Live calls with their legs, states, codecs and transfers.',
      replies: { 200: { description: 'All live calls.', schema: z.object({ calls: z.array(CallView) }) } },
      handle: () => json({ calls: trunk.calls() }),
    }),
    route({
      method: 'GET',
      path: '/api/calls/{id}',
      summary: 'One live call.',
      replies: { 200: { description: 'The call.', schema: CallView } },
      handle: ({ params }) => {
        const call = trunk.call(params['id'] ?? '');
        if (!call) throw new Problem('not-found', `There is no live call ${params['id']}.`);
        return json(call);
      },
    }),
    route({
      method: 'GET',
      path: '/api/calls/{id}/quality',
      summary:
        'How well each leg of a live call is heard (the last seven seconds), or of one that ended (all its time): loss, jitter, round trip, MOS and warnings.',
      replies: { 200: { description: 'Legs without sound are left out.', schema: CallQualityReport } },
      handle: ({ params }) => {
        const report = trunk.quality(params['id'] ?? '');
        if (!report) throw new Problem('not-found', `Nothing is known of a call ${params['id']}.`);
        return json(report);
      },
    }),
    route({
      method: 'DELETE',
      path: '/api/calls/{id}',
      summary: 'Hang up.',
      replies: { 204: { description: 'All legs were sent BYE or CANCEL.' } },
      handle: async ({ params }) => {
        await trunk.hangUp(params['id'] ?? '');
        return { status: 204 };
      },
    }),
    route({
      method: 'POST',
      path: '/api/calls/{id}/recording',
      summary:
        'Start or stop recording the call, where recording.manual allows it (M17). The file has silence for the time in ' +
        'which it was stopped.',
      body: z.strictObject({ on: z.boolean() }),
      replies: { 204: { description: 'It is recorded from now on, or not.' } },
      handle: ({ params, body }) => {
        trunk.recordCall(params['id'] ?? '', body.on);
        return { status: 204 };
      },
    }),
    route({
      method: 'POST',
      path: '/api/calls/{id}/transfer',
      summary: 'Transfer the call without a REFER (P32).',
      body: z.strictObject({ to: z.string().min(1) }),
      replies: { 202: { description: 'The transfer has begun; the call tells how it goes.', schema: z.object({}) } },
      handle: async ({ params, body }) => {
        await trunk.transfer(params['id'] ?? '', body.to);
        return json({}, 202);
      },
    }),
  ];
}
