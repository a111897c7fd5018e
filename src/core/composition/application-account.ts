/** The account of the applications, as it is configured at the moment. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { signature } from '../webhook/signature.ts';
import type { ApplicationApi } from '../api/trunk.ts';
import type { LiveConfig } from '../config/live-config.ts';

export function accountOf(config: LiveConfig): ApplicationApi['account'] {
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
