/** What a configuration may hold about sound. */
import { z } from 'zod';
import { TONE_COUNTRIES } from '../../nouns/tones.ts';
import type { SrtpMode } from '../sdp/sdes.ts';

const CODECS = ['opus', 'G722', 'PCMU', 'PCMA'] as const;

export const media = z.strictObject({
  codecs: z
    .array(z.enum(CODECS, `must be one of ${CODECS.join(', ')}`))
    .min(1)
    .max(CODECS.length)
    .refine((names) => new Set(names).size === names.length, 'must name each codec once')
    .default(['PCMU', 'PCMA'])
    .describe(
      'What legs speak, in the order in which it is offered. What both sides of a call speak passes untouched, all else ' +
        "is converted. Plivo's trunks speak G.711 alone: there it holds for browsers only.",
    ),
  timeoutSeconds: z
    .int()
    .min(0)
    .max(86_400)
    .default(30)
    .describe(
      'How long a far end that talks may send neither RTP nor RTCP, in seconds, before its leg is ended as lost. 0 waits for ever.',
    ),
  heldTimeoutSeconds: z
    .int()
    .min(0)
    .max(86_400)
    .default(1800)
    .describe('The same for a far end that holds, is held, or has announced its silence by comfort noise.'),
  srtp: z
    .enum(['off', 'optional', 'required'] satisfies SrtpMode[])
    .default('off')
    .describe(
      'Whether sound with SIP equipment is encrypted, by keys in its descriptions (SRTP by SDES, RFC 4568). optional: ' +
        'where the far end offers it, and offered by us over TLS; required: a call without it is refused with 488.',
    ),
  country: z
    .enum(TONE_COUNTRIES)
    .optional()
    .describe(
      'Country whose ring-back, busy, congestion and call waiting tones are heard (ITU-T E.180 Supplement 2). ' +
        "Default: that of the trunk's first number, and US where there is no table for it.",
    ),
  holdMusic: z
    .string()
    .min(1)
    .optional()
    .describe(
      'WAVE file that people on hold hear, relative to this configuration: PCM of 8 to 32 bits, float or G.711, at any ' +
        'rate. It is read anew when this key changes. Default: music that comes with the trunk.',
    ),
  inbandDtmf: z
    .boolean()
    .default(false)
    .describe(
      'Look for keys in the sound of a leg that has agreed to no telephone-event and sends none by INFO. ' +
        'Off by default: it costs CPU, and speech can sound like a key.',
    ),
});
