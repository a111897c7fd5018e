/** Calling one target of a `<Dial>`: its destinations one after the other, until one answers or none is left. */
import { refuseCountry } from '../b2bua/authorise.ts';
import type { Destination } from '../b2bua/board.ts';
import { fieldsOfUri } from '../b2bua/passed-headers.ts';
import { callOwner } from '../b2bua/call-owner.ts';
import { dialLeg, type Dialling } from '../b2bua/dial-leg.ts';
import { closeLeg, dropLeg } from '../b2bua/hang-up.ts';
import { partyOf, resultOf, type Leg } from '../b2bua/leg.ts';
import type { RecordDraft } from '../b2bua/record-draft.ts';
import type { Identity, LegResult } from '../b2bua/snapshot.ts';
import { routeToTarget, type TargetRoute } from '../b2bua/target-route.ts';
import { detach } from '../log/owner.ts';
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

export interface TargetUser {
  /** @param early it sends media already */
  rang(leg: Leg, early: boolean): void;
  answered(called: Called): void;
  /** Nobody is left to try. */
  failed(status: number): void;
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
}

export class TargetCall {
  readonly #run: Run;
  readonly #target: DialTarget;
  readonly #caller: DialCaller;
  readonly #user: TargetUser;
  #leg: Leg | undefined;
  #draft: RecordDraft | undefined;
  #over = false;

  constructor(run: Run, target: DialTarget, caller: DialCaller, user: TargetUser) {
    this.#run = run;
    this.#target = target;
    this.#caller = caller;
    this.#user = user;
  }

  /** The leg that was placed last. */
  get leg(): Leg | undefined {
    return this.#leg;
  }

  /** Never rejects. */
  async start(): Promise<void> {
    try {
      await this.#begin();
    } catch (error) {
      this.#run.log.error({ error, call: this.#run.control.call.id }, 'a target could not be called');
      if (this.#leg) dropLeg(this.#run.control.board, this.#leg, { by: 'trunk', result: 'failed', status: 500 });
      this.#fail(500);
    }
  }

  async #begin(): Promise<void> {
    const { board, call } = this.#run.control;
    const address = addressOf(this.#run, this.#target);
    if (!address) return this.#fail(404);
    const route = address.route.lookUp ? await address.route.lookUp() : address.route;
    if (this.#over || !call.live) return;
    if (route.refusal) {
      const { explanation } = route.refusal;
      this.#run.notice(warning(13243, `The URI in <Sip> cannot be used: ${explanation}.`, this.#target.line));
    }
    const { identity, rule } = this.#caller;
    this.#draft = board.beginRecord(call, {
      kind: 'dial',
      from: identity,
      to: route.identity,
      referred: false,
      billable: address.billable,
      // Twilio's calls per second are those of the API: a `<Dial>` is free of them.
      counted: false,
      callerIdRule: rule,
      far: route.role === 'target' ? 'carrier' : 'customer',
    });
    this.#try(route, address.dialling, 0);
  }

  /** Gives up: CANCEL to a leg that rings. */
  stop(result: LegResult, status: number): void {
    if (this.#over) return;
    this.#over = true;
    const { board } = this.#run.control;
    if (this.#leg) dropLeg(board, this.#leg, { by: 'trunk', result, status });
    board.endRecord(this.#draft, { result, endedBy: 'trunk', sipStatus: status });
  }

  #try(route: TargetRoute, dialling: Address['dialling'], index: number): void {
    const { board, call, leg: parent } = this.#run.control;
    const destination = route.destinations[index];
    if (!destination) return this.#fail(route.failure.status);
    const leg = board.addLeg(call, {
      role: destination.role === 'caller' ? 'target' : destination.role,
      identity: route.identity,
      direction: 'out',
      parent: parent.id,
      insteadOf: this.#leg?.facts.insteadOf ?? this.#leg?.id,
    });
    this.#leg = leg;
    if (this.#draft) this.#draft.transport = destination.hop.transport;
    const more = index + 1 < route.destinations.length;
    const next = (): void => this.#try(route, dialling, index + 1);
    this.#place(leg, destination, dialling, more ? next : undefined);
  }

  /** @param next tries the next destination (P29) */
  #place(leg: Leg, destination: Destination, dialling: Address['dialling'], next: (() => void) | undefined): void {
    const { board, call } = this.#run.control;
    const { identity: from, ringSeconds } = this.#caller;
    const leaveSilent = (): void => {
      if (this.#over || !leg.live) return;
      dropLeg(board, leg, { by: 'trunk', result: 'no-answer', status: 408 });
      next?.();
    };
    const silence =
      next && this.#run.clock.after(board.options.fallbackSeconds() * 1000, leaveSilent, callOwner(board, call));
    board.changed(call);
    const placed = dialLeg(
      board,
      call,
      leg,
      destination,
      { ...dialling, from, ringSeconds },
      {
        rang: (_, { early }) => {
          silence?.cancel();
          if (!this.#over) this.#user.rang(leg, early);
          board.changed(call);
        },
        answered: () => {
          silence?.cancel();
          const draft = this.#draft;
          if (this.#over || !draft) return;
          this.#over = true;
          leg.whenOver(() =>
            board.endRecord(draft, {
              result: leg.result ?? 'answered',
              endedBy: leg.endedBy ?? 'unknown',
              sipStatus: undefined,
            }),
          );
          this.#user.answered({ leg, target: this.#target, draft });
        },
        failed: (status, _, why) => {
          silence?.cancel();
          const by = why === undefined ? partyOf(leg.facts.role) : 'trunk';
          closeLeg(board, leg, { by, result: resultOf(status), status, why });
          if (this.#over) return;
          if (next) return next();
          board.endRecord(this.#draft, { result: resultOf(status), endedBy: by, sipStatus: status, why });
          this.#fail(status);
        },
      },
    );
    detach(placed, callOwner(board, call));
  }

  #fail(status: number): void {
    if (this.#over) return;
    this.#over = true;
    const { board, call } = this.#run.control;
    board.endRecord(this.#draft, { result: resultOf(status), endedBy: 'trunk', sipStatus: status });
    board.changed(call);
    this.#user.failed(status);
  }
}

function addressOf(run: Run, target: DialTarget): Address | undefined {
  return target.kind === 'number' ? addressOfNumber(run, target) : addressOfUri(run, target);
}

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
  return { route, dialling: { fields: [] }, billable: true };
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
