/** `/api/calls/{id}/trace`: the SIP messages of a call, in the form that is asked for. */
import { z } from 'zod';
import { Finding, Ladder } from '../../../contract/model.ts';
import { ladderMermaid, ladderText } from '../../../core/trace/index.ts';
import type { Trunk } from '../../../core/api/trunk.ts';
import { json, text } from '../exchange.ts';
import { Problem } from '../problem.ts';
import { route, type Route } from '../route.ts';

const Query = z.strictObject({ format: z.enum(['json', 'text', 'mermaid', 'pcap']).default('json') });

export function traceRoutes(trunk: Trunk): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/calls/{id}/trace',
      summary: 'All SIP messages of a live or ended call, secrets redacted.',
      query: Query,
      replies: {
        200: {
          description: 'The trace. With `format=text` and `format=mermaid` it is plain text.',
          schema: Ladder,
        },
        501: { description: '`format=pcap` is not available in this version.' },
      },
      handle: ({ params, query }) => {
        if (query.format === 'pcap') {
          throw new Problem('not-implemented', 'This version does not write pcap; use json, text or mermaid.');
        }
        const ladder = trunk.ladder(params['id'] ?? '');
        if (!ladder) throw new Problem('not-found', `There is no trace of a call ${params['id']}.`);
        if (query.format === 'text') return text(ladderText(ladder));
        if (query.format === 'mermaid') return text(ladderMermaid(ladder));
        return json(ladder);
      },
    }),
    route({
      method: 'GET',
      path: '/api/calls/{id}/findings',
      summary: 'What diagnosis found in the transfers of a live or ended call (D1 to D7).',
      replies: {
        200: { description: 'In the order of the transfers.', schema: z.object({ findings: z.array(Finding) }) },
      },
      handle: ({ params }) => {
        const findings = trunk.findings(params['id'] ?? '');
        if (!findings) throw new Problem('not-found', `There is no trace of a call ${params['id']}.`);
        return json({ findings });
      },
    }),
  ];
}
