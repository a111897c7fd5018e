/** A telephone whose other sides take their time: what was asked of them is answered when a test says so, and how. */
import type { SessionEnd } from '../../../src/renderer/phone/phone.ts';
import { ScriptedPhone } from '../harness/scripted-phone.ts';

export interface FarSession {
  id: string;
  stage: 'ringing' | 'calling' | 'answering' | 'live';
  /** What offer and answer have agreed on. */
  open: boolean;
  /** The re-INVITE that waits for its answer. */
  asked?: boolean | undefined;
  refusedForGood: boolean;
  referred: boolean;
  movedFrom?: string;
  /** Its call goes on elsewhere: it is about to be released. */
  left: boolean;
}

export class SlowPhone extends ScriptedPhone {
  readonly sessions = new Map<string, FarSession>();
  readonly #at: () => number;
  #calls = 0;

  constructor(now: () => number) {
    super(now);
    this.#at = now;
  }

  stage(...stages: FarSession['stage'][]): FarSession[] {
    return [...this.sessions.values()].filter(({ stage }) => stages.includes(stage));
  }

  override ring(id: string, number: string, name: string): void {
    this.#add(id, 'ringing');
    super.ring(id, number, name);
  }

  override async dial(number: string): Promise<string> {
    const id = `out-${(this.#calls += 1)}`;
    this.#add(id, 'calling');
    this.emit({ type: 'sessionStarted', session: { id, direction: 'out', number, name: '', at: this.#at() } });
    return id;
  }

  override move(id: string, movedFrom: string, number: string): void {
    this.#add(id, 'calling').movedFrom = movedFrom;
    super.move(id, movedFrom, number);
  }

  override async answer(id: string): Promise<void> {
    const session = this.sessions.get(id);
    if (session?.stage !== 'ringing') throw new Error(`${id} does not ring`);
    session.stage = 'answering';
    this.emit({ type: 'sessionChanged', id, change: { to: 'answering' } });
  }

  override async hold(id: string, on: boolean): Promise<void> {
    const session = this.sessions.get(id);
    if (session?.stage !== 'live') throw new Error(`${id} is not live`);
    if (session.asked !== undefined) throw new Error(`two re-INVITEs at once on ${id}`);
    session.asked = on;
    session.refusedForGood = false;
  }

  /** The other side has answered, or our own answer is acknowledged. */
  override establish(id: string): void {
    const session = this.sessions.get(id)!;
    const { movedFrom } = session;
    session.stage = 'live';
    this.emit({ type: 'sessionChanged', id, change: { to: 'established', at: this.#at() } });
    const from = movedFrom === undefined ? undefined : this.sessions.get(movedFrom);
    if (!from || movedFrom === undefined) return;
    from.left = true;
    this.follow(movedFrom, { kind: 'status', status: 200, reason: 'OK' });
    this.follow(movedFrom, { kind: 'notify', status: 200, reason: 'OK', end: 'noresource' });
  }

  /** The answer to a re-INVITE. */
  agree(session: FarSession, status = 200): void {
    const { id, asked } = session;
    if (asked === undefined) return;
    session.asked = undefined;
    if (status === 200) session.open = !asked;
    session.refusedForGood = status === 488;
    const change =
      status === 200
        ? ({ to: 'held', on: asked } as const)
        : ({ to: 'hold-failed', on: asked, status, reason: '' } as const);
    this.emit({ type: 'sessionChanged', id, change });
  }

  override end(id: string, why: Omit<SessionEnd, 'at'>): void {
    if (!this.sessions.delete(id)) return;
    super.end(id, why);
  }

  #add(id: string, stage: FarSession['stage']): FarSession {
    const session: FarSession = {
      id,
      stage,
      open: true,
      refusedForGood: false,
      referred: false,
      left: false,
    };
    this.sessions.set(id, session);
    return session;
  }
}
