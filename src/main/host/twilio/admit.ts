/** Who may use the API that is like Twilio's: the account with its auth token, or whoever has the trunk's token. */
import type { IncomingMessage } from 'node:http';
import type { ApplicationApi } from '../../../core/api/trunk.ts';
import type { Guard } from '../guard.ts';
import { Problem } from '../problem.ts';

/**
 * HTTP Basic (RFC 7617) with the account SID as user name and the auth token, or the trunk's token, as password; or the
 * trunk's token alone as bearer token.
 * @throws Problem 401
 */
export function admitAccount({ headers }: IncomingMessage, guard: Guard, account: ApplicationApi['account']): void {
  const [, scheme = '', credentials = ''] = /^(\w+) +(\S+)$/.exec(headers.authorization ?? '') ?? [];
  if (scheme.toLowerCase() === 'bearer' && guard.isToken(credentials)) return;
  if (scheme.toLowerCase() === 'basic') {
    const [, user, password = ''] = /^([^:]*):(.*)$/s.exec(Buffer.from(credentials, 'base64').toString('utf8')) ?? [];
    const fits = account.isAuthToken(password) || guard.isToken(password);
    if (user === account.sid && fits) return;
  }
  throw new Problem('unauthorized', 'Authenticate');
}
