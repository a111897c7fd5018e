/** Diagnosis of calls: of a live one while it changes, as long as somebody listens; of an ended one for its record. */
import type { CallView } from '../../nouns/call.ts';
import type { Finding, Ladder } from '../../nouns/ladder.ts';
import type { Account, ProviderPolicy } from '../b2bua/policy.ts';
import type { Clock, Timer } from '../time/clock.ts';
import { diagnose } from '../diagnosis/diagnose.ts';

export interface DiagnosesOptions {
  readonly clock: Clock;
  /** Of a call that is not forgotten yet. */
  readonly ladder: (callId: string) => Ladder | undefined;
  readonly call: (callId: string) => CallView | undefined;
  /** Of the trunk domain with that name. */
  readonly profile: (domain: string) => ProviderPolicy;
  readonly account: (domain: string) => Account;
  /** The findings of a live call are others than before. */
  readonly changed: (callId: string, findings: Finding[]) => void;
}

/**
 * Milliseconds after a message at which the call is looked at: messages come in bursts, and some faults show only when
 * nothing happens (D4, D6, nobody says BYE).
 */
const LOOK_AFTER_MS = [200, 3500, 9000];

interface Watch {
  timer: Timer | undefined;
  /** The next look comes right after a message. */
  soon: boolean;
  /** A leg has no sound. */
  silent: boolean;
  /** The last findings as JSON. */
  known: string;
}

const unwatched = (): Watch => ({ timer: undefined, soon: false, silent: false, known: '[]' });

export class LiveDiagnosis {
  readonly #options: DiagnosesOptions;
  /** Calls in which there was a REFER, or a leg without sound; nothing can be found in the others. */
  readonly #watched = new Map<string, Watch>();

  constructor(options: DiagnosesOptions) {
    this.#options = options;
  }

  /** A message of a call. */
  traced(callId: string, method: string): void {
    if (method === 'REFER' && !this.#watched.has(callId)) {
      this.#watched.set(callId, unwatched());
    }
    const watch = this.#watched.get(callId);
    if (!watch || watch.soon) return;
    watch.soon = true;
    this.#look(callId, watch, 0);
  }

  /** @param silent a leg of the call has no sound: that is told at once, whether there was a REFER or not, and its end too */
  sound(callId: string, silent: boolean): void {
    const watch = this.#watched.get(callId) ?? unwatched();
    if (watch.silent === silent) return;
    watch.silent = silent;
    this.#watched.set(callId, watch);
    this.#report(callId, watch);
    this.#look(callId, watch, 0);
  }

  /** Nothing more can happen to the call. */
  forget(callId: string): void {
    this.#watched.get(callId)?.timer?.cancel();
    this.#watched.delete(callId);
  }

  of(ladder: Ladder, call: CallView | undefined): Finding[] {
    const { profile, account, clock } = this.#options;
    const domain = call?.domain ?? '';
    return diagnose(ladder, { call, profile: profile(domain), account: account(domain), at: clock.wall() });
  }

  stop(): void {
    for (const callId of this.#watched.keys()) this.forget(callId);
  }

  #look(callId: string, watch: Watch, step: number): void {
    const at = LOOK_AFTER_MS[step];
    watch.timer?.cancel();
    watch.timer = undefined;
    if (at === undefined) return;
    watch.timer = this.#options.clock.after(at - (LOOK_AFTER_MS[step - 1] ?? 0), () => {
      watch.soon = false;
      this.#report(callId, watch);
      this.#look(callId, watch, step + 1);
    });
  }

  #report(callId: string, watch: Watch): void {
    const { ladder, call, changed } = this.#options;
    const drawn = ladder(callId);
    if (!drawn) return;
    const findings = this.of(drawn, call(callId));
    const text = JSON.stringify(findings);
    if (text === watch.known) return;
    watch.known = text;
    changed(callId, findings);
  }
}
