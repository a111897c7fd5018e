/** The provider profiles that exist, by the name that the configuration gives them. */
import type { ProviderPolicy } from '../policy.ts';
import { plivo } from './plivo.ts';
import { sinch } from './sinch.ts';
import { twilio } from './twilio.ts';

export const policies: Readonly<Record<string, ProviderPolicy>> = { plivo, sinch, twilio };

/** @throws when there is no such profile: the configuration should have been checked */
export function policyOf(provider: string): ProviderPolicy {
  const policy = policies[provider];
  if (!policy) throw new Error(`there is no profile ${provider}`);
  return policy;
}
