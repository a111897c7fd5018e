/** What the trunk would do with something that a person typed as a transfer target. Pure. */
import { authorise, type ReferCall } from '../b2bua/authorise.ts';
import type { Account, CallerFacts, CallerId, ProviderPolicy, ReferVerdict } from '../b2bua/policy.ts';
import type { DirectoryEntry, OtherOpinion, TargetCheck } from './api.ts';

export interface CheckFacts {
  readonly account: Account;
  /** The profile in use. */
  readonly policy: ProviderPolicy;
  /** Every profile there is. */
  readonly policies: readonly ProviderPolicy[];
  readonly directory: readonly DirectoryEntry[];
  /** Whose transfer it would be: the rules of its state and of its caller ID count too. */
  readonly call?: (ReferCall & { readonly parties: CallerFacts }) | undefined;
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

/** The Refer-To that stands for what a person typed: a name, a number or a URI. */
export function referToOf(input: string, domain: string, directory: readonly DirectoryEntry[]): string {
  const text = input.trim();
  const byName = directory.find(({ name }) => name !== '' && name.toLowerCase() === text.toLowerCase());
  const number = byName?.number ?? toE164(text);
  return number === undefined && /^(?:sips?|tel):/i.test(text) ? `<${text}>` : `<sip:${number ?? text}@${domain}>`;
}

/** A call as it is when somebody thinks of transferring it. */
const TALKING = { answered: true, pendingTransfer: false };

export function checkTarget(input: string, facts: CheckFacts): TargetCheck {
  const { account, policy, policies, directory, call } = facts;
  const refer = { referTo: [referToOf(input, account.domain, directory)] };
  const judge = (profile: ProviderPolicy) => authorise(refer, call ?? TALKING, account, profile);
  const shown = (verdict: ReferVerdict, profile: ProviderPolicy) =>
    verdict.allowed && call ? profile.callerId(call.parties, verdict, account) : undefined;
  const others = policies
    .filter(({ name }) => name !== policy.name)

    .map((other) => {
      const verdict = judge(other);
      return inBrief(verdict, other, account, shown(verdict, other));
    });
  const verdict = judge(policy);
  const callerId = shown(verdict, policy);
  return {
    input,
    ...inFull(verdict, input.trim(), directory),
    ...(callerId ? { callerId: { ...callerId.identity, rule: callerId.rule } } : {}),
    others,
  };
}

function inFull(
  verdict: ReferVerdict,
  text: string,
  directory: readonly DirectoryEntry[],
): Omit<TargetCheck, 'input' | 'others' | 'callerId'> {
  if (!verdict.allowed) {
    const { status, reason, rule, explanation, suggestion } = verdict;
    const fix = suggestion?.match(/\+\d+/)?.[0];
    return {
      ok: false,
      status,
      rule,
      says: `Refused with ${status} ${reason} (${rule}): ${explanation}.`,
      ...(fix !== undefined && text.includes(fix.slice(2)) ? { fix } : {}),
    };
  }
  if (verdict.kind === 'sip') {
    return { ok: true, status: 202, says: `Goes to ${verdict.uri} directly, free of charge and of the trunk's rules.` };
  }
  const { number } = verdict;
  const entry = directory.find((each) => each.number === number);
  return {
    ok: true,
    status: 202,
    number,
    ...(entry && entry.name !== '' ? { name: entry.name } : {}),
    says: entry ? entry.willDo : 'Nobody has this number here: the transfer will fail with 404.',
  };
}

/** One line on what another provider would do. */
function inBrief(
  verdict: ReferVerdict,
  { name }: ProviderPolicy,
  { domain }: Account,
  callerId: CallerId | undefined,
): OtherOpinion {
  if (!verdict.allowed) {
    const { status, rule, explanation } = verdict;
    return { provider: name, ok: false, status, says: `${status}, ${explanation} (${rule})` };
  }
  const where =
    verdict.kind === 'sip'
      ? `forwarded to ${verdict.uri}`
      : `called as ${verdict.number}${callerId ? '' : ` from ${domain}`}`;
  const showing = callerId ? `, showing ${callerId.identity.number || 'no number'}` : '';
  return { provider: name, ok: true, status: 202, says: `${where}${showing}` };
}
