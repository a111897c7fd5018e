/** What a refusal says beside its status. */
import { printWarning } from '../message/index.ts';
import type { Refusal } from './policy.ts';

/** Warning (RFC 3261 §20.43; 399 is the code for text that is meant for people), and Retry-After (§20.33). */
export function refusalHeaders({ explanation, retryAfterSeconds }: Refusal, agent: string): [string, string][] {
  return [
    warningHeader(explanation, agent),
    ...(retryAfterSeconds === undefined ? [] : [['Retry-After', String(retryAfterSeconds)] as [string, string]]),
  ];
}

/** @param agent who warns: our domain */
export function warningHeader(text: string, agent: string): [string, string] {
  return ['Warning', printWarning(399, text, agent)];
}
