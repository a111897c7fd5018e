/** The account of the applications, as it is configured at the moment. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { signature } from '../webhook/signature.ts';
import type { Applications } from './api.ts';
import type { LiveConfig } from './live-config.ts';

export function accountOf(config: LiveConfig): Applications['account'] {
  const authToken = () => config.get().twilio.authToken;
  return {
    get sid() {
      return config.get().twilio.accountSid;
    },
    isAuthToken(candidate) {
      const token = authToken();
      return token !== undefined && timingSafeEqual(sha256(candidate), sha256(token));
    },
    signature(url, form) {
      const token = authToken();
      return token === undefined ? undefined : signature(url, form, token);
    },
  };
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
