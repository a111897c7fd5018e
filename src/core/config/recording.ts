/** What a configuration may hold about recordings of calls. */
import { z } from 'zod';
import { e164 } from './e164.ts';

export const recording = z.strictObject({
  trunk: z.boolean().default(false).describe('Record every call of the trunk.'),
  numbers: z.array(e164).default([]).describe('Record the calls of these numbers.'),
  manual: z
    .boolean()
    .default(false)
    .describe('Recording may be started and stopped by the API while people talk (POST /api/calls/{id}/recording).'),
  keepDays: z
    .int()
    .min(0)
    .max(3650)
    .default(0)
    .describe(
      'How long recordings are kept, in days; older ones are deleted. 0 keeps them until somebody deletes them.',
    ),
  folder: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Folder of the recordings, relative to this configuration; no other trunk may use it. ' +
        'Default: recordings, beside the records file.',
    ),
});
