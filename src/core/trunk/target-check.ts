/** What the trunk would do with something that a person typed as a transfer target. Pure. */
import type { ProviderPolicy } from '../b2bua/policy.ts';
import type { TargetCheck } from './api.ts';
import type { DirectoryEntry } from './api.ts';

export interface CheckFacts {
  readonly domain: string;
  readonly policy: ProviderPolicy;
  readonly directory: readonly DirectoryEntry[];
}

/** `00` is the international prefix of most countries; ten digits are a number of the North American plan. */
export function toE164(input: string): string | undefined {
  const digits = input.trim().replaceAll(/[\s().\-/]/g, '');
  if (/^\+[1-9]\d{6,14}$/.test(digits)) return digits;
  if (/^00[1-9]\d{6,14}$/.test(digits)) return `+${digits.slice(2)}`;
  if (/^1[2-9]\d{9}$/.test(digits)) return `+${digits}`;
  if (/^[2-9]\d{9}$/.test(digits)) return `+1${digits}`;
  return undefined;
}

export function checkTarget(input: string, { domain, policy, directory }: CheckFacts): TargetCheck {
  const text = input.trim();
  const byName = directory.find(({ name }) => name !== '' && name.toLowerCase() === text.toLowerCase());
  const number = byName?.number ?? toE164(text);
  const referTo = number === undefined && /^sips?:/i.test(text) ? `<${text}>` : `<sip:${number ?? text}@${domain}>`;
  const verdict = policy.authoriseRefer([referTo], { domain });
  if (!verdict.allowed) {
    const fix = verdict.suggestion?.match(/\+\d+/)?.[0];
    return {
      input,
      ok: false,
      status: verdict.status,
      says: `Refused with ${verdict.status} ${verdict.reason} (${verdict.rule}): ${verdict.explanation}.`,
      ...(fix !== undefined && text.includes(fix.slice(2)) ? { fix } : {}),
    };
  }
  const entry = directory.find((each) => each.number === verdict.number);
  return {
    input,
    ok: true,
    status: 202,
    number: verdict.number,
    ...(entry && entry.name !== '' ? { name: entry.name } : {}),
    says: entry ? entry.willDo : 'Nobody has this number here: the transfer will fail with 404.',
  };
}
