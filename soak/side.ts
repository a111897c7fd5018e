/** One side of one call of a soak: it follows its plan, and writes down what it went through. */
import type { Timer } from '../src/core/time/clock.ts';
import type { Session } from '../src/core/ua/session.ts';
import type { SessionUser } from '../src/core/ua/session-user.ts';
import type { Invitation } from '../src/core/ua/user-agent.ts';
import type { AudioPort } from './audio-port.ts';
import type { House } from './house.ts';
import { DOMAIN, type Plan } from './plan.ts';
import type { ReferReport, SideReport } from './report.ts';

/** After a REFER that is taken the trunk ends our leg, and reports first; later than this is a fault. Milliseconds. */
const REPORTED_MS = 60_000;

const text = (body: Uint8Array): string => new TextDecoder().decode(body);

export class Side {
  readonly #house: House;
  readonly #port: AudioPort;
  readonly #side: SideReport['side'];
  readonly #index: number | undefined;
  readonly #plan: Plan | undefined;
  readonly #done: (report: SideReport) => void;
  readonly #beganAt = Date.now();
  readonly #timers: Timer[] = [];
  readonly #faults: string[] = [];
  #session: Session | undefined;
  #answeredAt: number | undefined;
  #status: number | undefined;
  #refer: { sentAt: number; status: number | undefined; ends: string[] } | undefined;
  #referOver: (() => void) | undefined;
  #over = false;

  constructor(
    house: House,
    port: AudioPort,
    who: { side: SideReport['side']; index: number | undefined; plan: Plan | undefined },
    done: (report: SideReport) => void,
  ) {
    this.#house = house;
    this.#port = port;
    this.#side = who.side;
    this.#index = who.index;
    this.#plan = who.plan;
    this.#done = done;
  }

  get port(): AudioPort {
    return this.#port;
  }

  /** Places the call of the plan. */
  call(trunkPort: number): void {
    const plan = this.#plan!;
    const uri = `sip:${plan.dials}@${DOMAIN}`;
    const placement = {
      uri,
      from: `<sip:${plan.caller}@${DOMAIN}>`,
      to: `<${uri}>`,
      hop: this.#house.hopTo(trunkPort),
      sdp: this.#port.describe(),
    };
    let rang = false;
    this.#session = this.#house.ua.invite(placement, {
      ...this.#user(),
      progressed: () => {
        if (rang || !plan.cancels) return;
        rang = true;
        this.#after(plan.ringMs / 2, () => this.#session?.hangUp());
      },
      answered: (response) => {
        this.#status = response.status;
        this.#port.follow(text(response.body));
        this.#up();
      },
      failed: (status) => {
        this.#status = status;
        this.#end('failed');
      },
    });
  }

  /** Answers as the plan says; without one at once. */
  answer(invitation: Invitation): void {
    const { ringMs = 100, status = 200 } = this.#plan ?? {};
    this.#session = invitation.take({ ...this.#user(), canceled: () => this.#end('canceled') });
    const { incoming } = this.#session;
    incoming?.progress(180);
    this.#after(ringMs, () => {
      if (status !== 200) {
        incoming?.reject(status);
        return this.#end('refused');
      }
      if (incoming?.offer === undefined) return this.#end('no offer');
      this.#port.follow(incoming.offer);
      incoming.answer(this.#port.describe());
      this.#up();
    });
  }

  /** The soak is over. */
  hangUp(): void {
    this.#session?.hangUp();
  }

  #user(): SessionUser {
    return {
      ended: (by) => this.#end(by),
      offered: async (offer) => {
        if (offer === undefined) return this.#port.describe();
        this.#port.follow(offer);
        const hold = /^a=(sendonly|inactive)/m.exec(offer)?.[1];
        return this.#port.describe(hold === 'sendonly' ? 'recvonly' : hold === 'inactive' ? 'inactive' : 'sendrecv');
      },
      referred: (refer) => refer.reject(603),
    };
  }

  #up(): void {
    this.#answeredAt = Date.now();
    const plan = this.#plan;
    if (!plan) return;
    if (plan.hangsUp === this.#side) this.#after(plan.talkMs, () => this.#session?.hangUp());
    const { hold, keys, transfer } = plan;
    if (hold?.by === this.#side) {
      this.#after(hold.afterMs, () => void this.#hold(true));
      this.#after(hold.afterMs + hold.forMs, () => void this.#hold(false));
    }
    if (keys && this.#side === 'caller') this.#after(keys.afterMs, () => this.#port.press(keys.digits));
    if (transfer && this.#side === 'agent') this.#after(transfer.afterMs, () => this.#transfer(transfer));
  }

  async #hold(held: boolean): Promise<void> {
    const session = this.#session;
    if (this.#over || !session) return;
    try {
      if (held) this.#port.hold(true);
      this.#port.follow(await session.offer(this.#port.describe(held ? 'sendonly' : 'sendrecv'), { retryGlare: true }));
      this.#port.hold(held);
    } catch (error) {
      // A call that ends meanwhile takes its re-INVITE along.
      if (!this.#over) this.#faults.push(`${held ? 'hold' : 'resume'} failed: ${String(error)}`);
    }
  }

  #transfer({ to, leavesEarly }: NonNullable<Plan['transfer']>): void {
    const refer: { sentAt: number; status: number | undefined; ends: string[] } = {
      sentAt: Date.now(),
      status: undefined,
      ends: [],
    };
    this.#refer = refer;
    this.#port.hearing.forgive();
    const end = (how: string): void => {
      refer.ends.push(how);
      this.#referOver?.();
    };
    this.#session?.refer(`<sip:${to}@${DOMAIN}>`, [], {
      accepted: (response) => (refer.status = response.status),
      refused: (status) => {
        refer.status = status;
        this.#referOver?.();
      },
      notified: ({ status }) => {
        if (status >= 200) end(String(status));
        else if (leavesEarly) this.#session?.hangUp();
      },
      subscriptionEnded: (reason) => end(reason ?? 'ended'),
    });
  }

  #after(ms: number, act: () => void): void {
    this.#timers.push(
      this.#house.clock.after(ms, () => {
        if (!this.#over) act();
      }),
    );
  }

  #end(by: string): void {
    if (this.#over) return;
    this.#over = true;
    for (const timer of this.#timers) timer.cancel();
    const endedAt = Date.now();
    const report = (): void => this.#report(by, endedAt);
    // The subscription of a REFER outlives the call (RFC 5057 §4): what comes of it belongs to the report.
    const refer = this.#refer;
    if (!refer || refer.ends.length > 0 || (refer.status ?? 0) >= 300) return report();
    const late = this.#house.clock.after(REPORTED_MS, () => {
      this.#referOver = undefined;
      report();
    });
    this.#referOver = () => {
      this.#referOver = undefined;
      late.cancel();
      // Room for a second one, which would be a fault.
      this.#house.clock.after(2000, report);
    };
  }

  #report(endedBy: string, endedAt: number): void {
    const { hearing, keys } = this.#port;
    this.#port.close();
    const refer: ReferReport | undefined = this.#refer;
    this.#done({
      side: this.#side,
      index: this.#index,
      beganAt: this.#beganAt,
      answeredAt: this.#answeredAt,
      endedAt,
      status: this.#status,
      endedBy,
      framesHeard: hearing.frames,
      heardAt: hearing.heardAt,
      gaps: hearing.gaps,
      keys: keys.join(''),
      refer,
      faults: this.#faults,
    });
  }
}
