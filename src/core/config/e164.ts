/** A telephone number in a configuration. */
import { z } from 'zod';
import { E164 } from '../message/index.ts';

export const e164 = z.string().regex(E164, {
  error: ({ input }) => {
    const digits = String(input).replaceAll(/[\s().-]/g, '');
    const hint = E164.test(digits) ? `; write it as ${digits}` : ', such as +14155550100';
    return `must be an E.164 number (+ and 7 to 15 digits, no leading zero)${hint}`;
  },
});
