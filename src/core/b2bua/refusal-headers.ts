/** What a refusal says beside its status. */
import type { Refusal } from './policy.ts';

/** Warning (RFC 3261 §20.43; 399 is the code for text that is meant for people), and Retry-After (§20.33). */
export function refusalHeaders({ explanation, retryAfterSeconds }: Refusal, agent: string): [string, string][] {
  const warning = `399 ${agent} "${explanation.replaceAll(/["\\]/g, "'")}"`;
  return [
    ['Warning', warning],
    ...(retryAfterSeconds === undefined ? [] : [['Retry-After', String(retryAfterSeconds)] as [string, string]]),
  ];
}
