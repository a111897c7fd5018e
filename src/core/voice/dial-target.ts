/** Calling the targets of a `<Dial>`: all at once, each at its destinations one after the other, until one answers or none is left. */
import type { EndedBy, Identity, LegResult } from '../../nouns/call.ts';
import { refuseCountry } from '../b2bua/authorise.ts';
import { fieldsOfUri } from '../b2bua/passed-headers.ts';
import type { Dialling } from '../b2bua/dial-leg.ts';
import type { EndWhy } from '../b2bua/hangup-cause.ts';
import { Hunt } from '../b2bua/hunt.ts';
import { resultOf, type Leg } from '../b2bua/leg.ts';
import type { RecordDraft } from '../b2bua/record-draft.ts';
import { routeToTarget, type TargetRoute } from '../b2bua/target-route.ts';
import { E164, isSipUri, parseUri, printUri } from '../message/index.ts';
import { credentialsAt } from '../ua/credentials-at.ts';
import type { DialTarget } from '../twiml/document.ts';
import { warning } from '../twiml/problem.ts';
import type { Run } from './run.ts';

/** What the called leg is told of who calls. */
export interface DialCaller {
  readonly identity: Identity;
  /** Name of the rule that chose it. */
  readonly rule: string;
  /** How long it may ring. */
  readonly ringSeconds: number;
}

/** A leg that has answered. */
export interface Called {
  readonly leg: Leg;
  readonly target: DialTarget;
  readonly draft: RecordDraft;
}

/** Number, fields and credentials of a target. */
interface Address {
  readonly route: TargetRoute;
  readonly dialling: Omit<Dialling, 'from' | 'ringSeconds'>;
  readonly billable: boolean;
  /** Else there is nobody to call, nor a record of it. */
  readonly callable: boolean;
}

/** What became of those that were called. */
export type Answer =
  | { readonly how: 'answered'; readonly called: Called; readonly last: Leg | undefined }
  /** Final SIP statuses of all. */
  | { readonly how: 'failed'; readonly statuses: readonly number[]; readonly last: Leg | undefined }
  | { readonly how: 'no-answer' | 'canceled'; readonly last: Leg | undefined };

/**
 * Calls all targets at once. Resolves when one has answered, when all have failed, when the time is over, or when the signal is
 * aborted.
 */
export function callTargets(
  run: Run,
  targets: readonly DialTarget[],
  caller: DialCaller,
  rang: (leg: Leg, early: boolean) => void,
): Promise<Answer> {
  const { control, signal } = run;
  const { board, call, leg: parent } = control;
  const { promise, resolve } = Promise.withResolvers<Answer>();
  const addresses = targets.map((target) => addressOf(run, target));
  const drafts: (RecordDraft | undefined)[] = [];
  const statuses: number[] = [];
  const { identity: from, ringSeconds, rule } = caller;
  const lines = addresses.map(({ route, dialling }) => {
    const { lookUp } = route;
    return { route, lookUp, dialling: { ...dialling, from, ringSeconds }, parent: parent.id };
  });
  const end = (line: number, result: LegResult, endedBy: EndedBy, sipStatus?: number, why?: EndWhy): void =>
    board.endRecord(drafts[line], { result, endedBy, sipStatus, why });
  const last = (): Leg | undefined => targets.map((_, line) => hunt.lastLeg(line)).findLast((leg) => leg !== undefined);
  const finish = (answer: Answer, result: LegResult, sipStatus: number): void => {
    signal.removeEventListener('abort', leave);
    for (const line of drafts.keys()) end(line, result, 'trunk', sipStatus);
    resolve(answer);
  };
  const leave = (): void => {
    hunt.stop({ by: 'trunk', result: 'canceled', status: 487 });
    finish({ how: 'canceled', last: last() }, 'canceled', 487);
  };
  const limits = { ringMs: ringSeconds * 1000, stepsRingOut: false, afterRinging: 'next' } as const;
  const hunt = new Hunt(board, call, lines, limits, {
    located(line, route) {
      const [address, target] = [addresses[line], targets[line]];
      if (!address?.callable) return;
      if (route.refusal) {
        const { explanation } = route.refusal;
        run.notice(warning(13243, `The URI in <Sip> cannot be used: ${explanation}.`, target?.line));
      }
      drafts[line] = board.beginRecord(call, {
        kind: 'dial',
        from,
        to: route.identity,
        referred: false,
        billable: address.billable,
        // Twilio's calls per second are those of the API: a `<Dial>` is free of them.
        counted: false,
        callerIdRule: rule,
        far: address.route.role === 'target' ? 'carrier' : 'customer',
      });
    },
    placed(_, line, { hop }) {
      const draft = drafts[line];
      if (draft) draft.transport = hop.transport;
      board.changed(call);
    },
    rang(leg, _, { early }) {
      rang(leg, early);
      board.changed(call);
    },
    answered(leg, line) {
      const [target, draft] = [targets[line], drafts[line]];
      if (!target || !draft) return;
      drafts[line] = undefined;
      leg.whenOver(() =>
        board.endRecord(draft, {
          result: leg.result ?? 'answered',
          endedBy: leg.endedBy ?? 'unknown',
          sipStatus: undefined,
        }),
      );
      finish({ how: 'answered', called: { leg, target, draft }, last: last() }, 'canceled', 487);
    },
    lineFailed(line, { status, by, why }) {
      statuses.push(status);
      end(line, resultOf(status), by, status, why);
      board.changed(call);
    },
    failed({ status }) {
      const failed = statuses.length === targets.length;
      if (failed) finish({ how: 'failed', statuses, last: last() }, resultOf(status), status);
      else finish({ how: 'no-answer', last: last() }, 'no-answer', 408);
    },
  });
  signal.addEventListener('abort', leave, { once: true });
  if (signal.aborted) leave();
  else hunt.begin();
  return promise;
}

function addressOf(run: Run, target: DialTarget): Address {
  const found = target.kind === 'number' ? addressOfNumber(run, target) : addressOfUri(run, target);
  return found ?? { route: NOWHERE, dialling: { fields: [] }, billable: false, callable: false };
}

const NOWHERE: TargetRoute = {
  identity: { number: '', name: '' },
  role: 'target',
  destinations: [],
  failure: { status: 404, reason: 'Not Found' },
};

function addressOfNumber(run: Run, target: DialTarget & { kind: 'number' }): Address | undefined {
  const { board, call } = run.control;
  const number = toE164(target.number);
  if (number === undefined) {
    run.notice(warning(13223, `${target.number} is no telephone number.`, target.line));
    return undefined;
  }
  const refusal = refuseCountry(number, board.account(call.facts), board.policy(call.facts));
  if (refusal) {
    run.notice(warning(13227, `${capital(refusal.explanation)}.`, target.line));
    return undefined;
  }
  const route = routeToTarget(board, { allowed: true, kind: 'pstn', number, billable: true }, 'foreign');
  return { route, dialling: { fields: [] }, billable: true, callable: true };
}

function addressOfUri({ control: { board } }: Run, target: DialTarget & { kind: 'sip' }): Address | undefined {
  const parsed = parseUri(target.uri);
  if (!parsed.ok || !isSipUri(parsed.value)) return undefined;
  const uri = printUri({ ...parsed.value, headers: [] });
  const route = routeToTarget(board, { allowed: true, kind: 'sip', uri, billable: false }, 'foreign');
  const { username, password } = target;
  // Where a domain of the trunk leads is not the host that they were given for.
  const outside = username !== undefined && password !== undefined && !board.options.routeUri(parsed.value);
  const credentialsFor = outside ? credentialsAt(parsed.value.host, { username, password }) : undefined;
  return {
    route,
    dialling: { fields: fieldsOfUri(parsed.value), credentialsFor },
    billable: false,
    callable: true,
  };
}

/** Spaces and the like mean nothing; ten digits are a number of the North American plan, as Twilio takes them. */
function toE164(text: string): string | undefined {
  const digits = text.replaceAll(/[\s().-]/g, '');
  if (E164.test(digits)) return digits;
  if (/^1[2-9]\d{9}$/.test(digits)) return `+${digits}`;
  return /^[2-9]\d{9}$/.test(digits) ? `+1${digits}` : undefined;
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
