/** `/api/records/{id}/recording`: the sound of a leg. */
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Trunk } from '../../../core/api/trunk.ts';
import { rangeOf, recordingOf } from '../recording-file.ts';
import { route, type Route } from '../route.ts';

export function recordingRoutes(trunk: Trunk): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/records/{id}/recording',
      summary: 'The recording of a leg (P28): who was there first on the left, the other on the right.',
      replies: {
        200: { description: 'Stereo, 8 kHz, 16-bit PCM.', type: 'audio/wav' },
        206: { description: 'The part that the Range field asks for.', type: 'audio/wav' },
        416: { description: 'The range lies beyond the end.' },
      },
      handle: async ({ params, request, response }) => {
        const id = params['id'] ?? '';
        const { path, size } = await recordingOf(trunk, id);
        const range = rangeOf(request.headers.range, size);
        if (range === 'unsatisfiable') {
          return { status: 416, headers: { 'accept-ranges': 'bytes', 'content-range': `bytes */${size}` } };
        }
        const { first, last } = range ?? { first: 0, last: size - 1 };
        response.writeHead(range ? 206 : 200, {
          'content-type': 'audio/wav',
          'content-length': last - first + 1,
          'content-disposition': `inline; filename="${id}.wav"`,
          'accept-ranges': 'bytes',
          'cache-control': 'private, no-store',
          ...(range ? { 'content-range': `bytes ${first}-${last}/${size}` } : {}),
        });
        if (request.method === 'HEAD') response.end();
        // Whoever goes away in the middle has heard enough.
        else await pipeline(createReadStream(path, { start: first, end: last }), response).catch(() => {});
        return 'streaming';
      },
    }),
    route({
      method: 'DELETE',
      path: '/api/records/{id}/recording',
      summary: 'Deletes the recording of a leg; its record stays.',
      replies: { 204: { description: 'It is deleted. While it is being made: 409.' } },
      handle: async ({ params }) => {
        await trunk.deleteRecording(params['id'] ?? '');
        return { status: 204 };
      },
    }),
  ];
}
