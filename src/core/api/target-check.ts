/** What the trunk would do with something that a person typed as somebody to call, or to transfer to. Pure. */
import type { DirectoryEntry, OtherOpinion, TargetCheck } from '../../nouns/directory.ts';
import { authorise, authoriseCall, type ReferCall } from '../b2bua/authorise.ts';
import type { Account, CallerFacts, CallerId, ProviderPolicy, Refusal, ReferVerdict } from '../b2bua/policy.ts';
import { E164, isSipUri, numberOf, parseUri } from '../message/index.ts';
import { readTyped, type Typed } from './typed.ts';

export interface CheckFacts {
  readonly account: Account;
  /** The profile in use. */
  readonly policy: ProviderPolicy;
  /** Every profile there is. */
  readonly policies: readonly ProviderPolicy[];
  readonly directory: readonly DirectoryEntry[];
  /** Whose transfer it would be: the rules of its state and of its caller ID count too. */
  readonly call?: (ReferCall & { readonly parties: CallerFacts }) | undefined;
  /** A new call, or the transfer of one; a transfer when nobody says. */
  readonly purpose?: 'dial' | 'transfer' | undefined;
  /** ISO 3166-1 code of the country whose national numbers are meant. */
  readonly country?: string | undefined;
  /** The number that the console shows when it calls. */
  readonly ownNumber?: string | undefined;
}

/** The Refer-To that stands for what a person typed: a name, a number or a URI. */
export function referToOf(
  input: string,
  domain: string,
  directory: readonly DirectoryEntry[],
  country?: string,
): string {
  const typed = understood(input, directory, country);
  return referTo(targetOf(typed) ?? input.trim(), domain);
}

/** A person of the directory by name, else what was typed. */
function understood(input: string, directory: readonly DirectoryEntry[], country: string | undefined): Typed {
  const name = input.trim().toLowerCase();
  const entry = directory.find((each) => each.name !== '' && each.name.toLowerCase() === name);
  return entry ? { kind: 'number', number: entry.number, keys: '' } : readTyped(input, country);
}

/** What goes out: E.164, a short code or an address. Nothing when there is nothing to send. */
function targetOf(typed: Typed): string | undefined {
  if (typed.kind === 'number') return typed.number;
  if (typed.kind === 'code') return typed.code;
  return typed.kind === 'uri' ? typed.uri : undefined;
}

function referTo(target: string, domain: string): string {
  return /^(?:sips?|tel):/i.test(target) ? `<${target}>` : `<sip:${target.replaceAll('#', '%23')}@${domain}>`;
}

/** A call as it is when somebody thinks of transferring it. */
const TALKING = { answered: true, pendingTransfer: false };

export function checkTarget(input: string, facts: CheckFacts): TargetCheck {
  const { policy, policies, directory, country, purpose = 'transfer' } = facts;
  const typed = understood(input, directory, country);
  const target = targetOf(typed);
  if (target === undefined) {
    return { input, ok: false, will: 'not-sent', status: 400, says: `${whyNotSent(typed)}.`, others: [] };
  }
  const judge = (profile: ProviderPolicy) =>
    purpose === 'dial' ? judgeCall(target, facts, profile) : judgeRefer(target, facts, profile);
  const shown = (verdict: ReferVerdict, profile: ProviderPolicy) =>
    verdict.allowed && facts.call ? profile.callerId(facts.call.parties, verdict, facts.account) : undefined;
  const verdict = judge(policy);
  const callerId = shown(verdict, policy);
  const keys = 'keys' in typed ? typed.keys : '';
  const found = inFull(verdict, target, facts);
  return {
    input,
    target,
    ...found,
    ...(keys === '' ? {} : { keys, says: `${found.says} ${keysWords(keys, purpose)}` }),
    ...(callerId ? { callerId: { ...callerId.identity, rule: callerId.rule } } : {}),
    others: policies
      .filter(({ name }) => name !== policy.name)
      .map((other) => {
        const opinion = judge(other);
        return inBrief(opinion, other, facts, shown(opinion, other));
      }),
  };
}

function whyNotSent(typed: Typed): string {
  if (typed.kind === 'emergency') {
    return `${typed.code} is an emergency number: it cannot be called from here, use a telephone`;
  }
  return typed.kind === 'unreadable' ? upperFirst(typed.why) : 'There is nothing to call';
}

function judgeRefer(target: string, { account, call }: CheckFacts, profile: ProviderPolicy): ReferVerdict {
  return authorise({ referTo: [referTo(target, account.domain)] }, call ?? TALKING, account, profile);
}

/** An INVITE of the console: numbers here, numbers that nobody has, and addresses. */
function judgeCall(
  target: string,
  { account, ownNumber, directory }: CheckFacts,
  profile: ProviderPolicy,
): ReferVerdict {
  const parsed = parseUri(target);
  const uri = parsed.ok && isSipUri(parsed.value) ? parsed.value : undefined;
  const elsewhere = uri !== undefined && uri.host.toLowerCase() !== account.domain.toLowerCase();
  const number = elsewhere ? target : uri ? numberOf(uri) : target;
  const entry = directory.find((each) => each.number === number);
  const refusal = authoriseCall(
    {
      direction: entry === undefined || entry.kind === 'party' ? 'outbound' : 'inbound',
      from: { number: ownNumber ?? '', name: '' },
      to: { number, name: '' },
    },
    account,
    profile,
  );
  // What nobody has gets 404, whatever its country: the trunk looks where it leads first.
  if (refusal && (entry || elsewhere || refusal.limit !== 'country')) return refusal;
  return elsewhere || (uri && !E164.test(number))
    ? { allowed: true, kind: 'sip', uri: target, billable: false }
    : { allowed: true, kind: 'pstn', number, billable: true };
}

type Found = Pick<TargetCheck, 'ok' | 'will' | 'status' | 'number' | 'name' | 'says' | 'detail' | 'fix' | 'rule'>;

function inFull(verdict: ReferVerdict, target: string, facts: CheckFacts): Found {
  if (!verdict.allowed) return refused(verdict, target);
  const { purpose = 'transfer', directory, ownNumber } = facts;
  const status = purpose === 'dial' ? 200 : 202;
  const detail = purpose === 'dial' ? 'The trunk takes the call.' : 'The trunk answers REFER with 202.';
  if (verdict.kind === 'sip') {
    return { ok: true, will: 'ring', status, detail, says: `Goes to ${verdict.uri} directly, past the trunk’s rules.` };
  }
  const { number } = verdict;
  const entry = directory.find((each) => each.number === number);
  const base = { ok: true, status, detail, number, ...(entry && entry.name !== '' ? { name: entry.name } : {}) };
  const what = purpose === 'dial' ? 'the call' : 'the transfer';
  if (!entry) return { ...base, will: 'fail', says: `Nobody has this number here: ${what} will fail (404).` };
  if (number === ownNumber) return { ...base, will: 'fail', says: 'This is your own number: it would ring here.' };
  return {
    ...base,
    will: FAILING.has(entry.behaviour ?? 'answer') ? 'fail' : 'ring',
    says: entry.name === '' ? entry.willDo : `${entry.name}: ${lowerFirst(entry.willDo)}`,
  };
}

/** What parties do that is no answer. */
const FAILING: ReadonlySet<string> = new Set(['busy', 'no-answer', 'decline', 'unknown', 'hang-up-while-ringing']);

function refused({ status, reason, rule, explanation, suggestion }: Refusal, target: string): Found {
  const fix = suggestion?.match(/\+\d+/)?.[0];
  return {
    ok: false,
    will: 'fail',
    status,
    rule,
    says: `The trunk will refuse it: ${explanation}.`,
    detail: `${status} ${reason}, rule ${rule}.`,
    ...(fix !== undefined && target.includes(fix.slice(2)) ? { fix } : {}),
  };
}

function keysWords(keys: string, purpose: 'dial' | 'transfer'): string {
  const pressed = keys.replaceAll(',', '');
  return purpose === 'dial'
    ? `Then ${pressed} is pressed, ${2 * (keys.length - keys.replace(/^,+/, '').length)} s after the answer.`
    : `Tell them to ask for ${pressed}: after a transfer no keys can be pressed.`;
}

/** One line on what another provider would do. */
function inBrief(
  verdict: ReferVerdict,
  { name }: ProviderPolicy,
  { account: { domain }, purpose }: CheckFacts,
  callerId: CallerId | undefined,
): OtherOpinion {
  if (!verdict.allowed) {
    const { status, rule, explanation } = verdict;
    return { provider: name, ok: false, status, says: `${status}, ${explanation} (${rule})` };
  }
  if (purpose === 'dial') {
    const called = verdict.kind === 'sip' ? verdict.uri : verdict.number;
    return { provider: name, ok: true, status: 200, says: `called as ${called}` };
  }
  const where =
    verdict.kind === 'sip'
      ? `forwarded to ${verdict.uri}`
      : `called as ${verdict.number}${callerId ? '' : ` from ${domain}`}`;
  const showing = callerId ? `, showing ${callerId.identity.number || 'no number'}` : '';
  return { provider: name, ok: true, status: 202, says: `${where}${showing}` };
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
