/** What a configuration may hold about applications: the account, transfers, and requests to them. */
import { z } from 'zod';
import { isSubnet } from './net.ts';

export const WEB_ADDRESS = 'must be an http or https URL';

const webAddress = z.string().max(4096).refine(isWebAddress, WEB_ADDRESS);

const ACCOUNT_SID = 'must be AC and 32 hexadecimal digits';

export const twilio = z.strictObject({
  accountSid: z
    .string()
    .regex(/^AC[\da-f]{32}$/, ACCOUNT_SID)
    .default(`AC${'0'.repeat(32)}`)
    .describe('Account SID: AccountSid of every request to an application, and user name of the API.'),
  authToken: z
    .string()
    .regex(/^[!-~]{1,256}$/, 'must be text without blanks')
    .optional()
    .describe(
      'Auth token: signs the requests to applications, and is the password of the API. It never leaves the trunk. ' +
        'Without it requests are not signed.',
    ),
  transferMode: z
    .enum(['disable-all', 'enable-all', 'sip-only'])
    .default('enable-all')
    .describe('Which REFERs of endpoints are taken: none, all, or those to SIP URIs only.'),
  transferCallerId: z
    .enum(['from-transferee', 'from-transferor'])
    .default('from-transferee')
    .describe('Whose number the target of such a transfer sees.'),
  referUrl: webAddress
    .optional()
    .describe('Application that is asked what to do with such a REFER; without it transferMode decides.'),
});

export const webhooks = z.strictObject({
  timeoutSeconds: z
    .int()
    .min(1)
    .max(60)
    .default(15)
    .describe('How long an application may take for an answer, in seconds.'),
  allow: z
    .array(z.string().refine(isSubnet, 'must be an IP address or a network, such as 127.0.0.1 or 192.168.1.0/24'))
    .max(100)
    .default([])
    .describe(
      'Loopback and private addresses and networks to which documents, Refer-To and the API may lead requests and ' +
        'calls. What this configuration names needs no permission.',
    ),
});

export function isWebAddress(text: string): boolean {
  return /^https?:\/\//.test(text) && URL.canParse(text);
}
