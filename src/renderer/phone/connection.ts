/** The way to the trunk: one sip.js user agent per WebSocket, registered, and made anew when the socket closes. */
import { Registerer, RegistererState, UserAgent, type Invitation, type SessionDescriptionHandlerFactory } from 'sip.js';
import type { PhoneSettings } from '../../contract/model.ts';
import { mediaConfiguration } from './media-configuration.ts';
import type { Registration } from './phone.ts';

/** Waits before the attempts 1, 2, 3 …; the last one repeats. */
const RECONNECT_SECONDS = [1, 1, 2, 4, 8, 15];
const EXPIRES_SECONDS = 600;

/** What may be otherwise a moment later: the trunk was busy, starting, or did not answer in time. RFC 3261 §21.4.9, §21.5. */
const isPassing = (status: number): boolean => status === 408 || status === 480 || status >= 500;

interface ConnectionEvents {
  registration(state: Registration): void;
  invitation(invitation: Invitation): void;
  /** The socket closed: every session over it is lost. */
  lost(): void;
}

export class Connection {
  readonly #settings: PhoneSettings;
  readonly #media: SessionDescriptionHandlerFactory;
  readonly #events: ConnectionEvents;
  readonly #now: () => number;
  readonly #instance: string;
  /** This window is to be the phone. */
  #wanted: boolean;
  #registerer: Registerer | undefined;
  #agent: UserAgent | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Runs until the line is asked for again on a connection that is up. */
  #asking: ReturnType<typeof setTimeout> | undefined;
  #attempt = 0;
  #lostAt = 0;
  #closed = false;

  constructor(
    settings: PhoneSettings,
    media: SessionDescriptionHandlerFactory,
    events: ConnectionEvents,
    now: () => number,
    { instance, wanted }: { instance: string; wanted: boolean },
  ) {
    this.#instance = instance;
    this.#wanted = wanted;
    this.#settings = settings;
    this.#media = media;
    this.#events = events;
    this.#now = now;
  }

  get agent(): UserAgent | undefined {
    return this.#agent;
  }

  get domain(): string {
    return UserAgent.makeURI(this.#settings.aor)?.host ?? '';
  }

  /** Connects and registers; reports through its events, never throws for a trunk that is away. */
  async open(): Promise<void> {
    if (this.#attempt === 0) this.#events.registration({ state: 'connecting' });
    const agent = this.#createAgent();
    this.#agent = agent;
    this.#registerer = undefined;
    try {
      await agent.start();
    } catch {
      this.#drop(agent);
      return;
    }
    if (this.#agent !== agent) return;
    if (this.#wanted) await this.#register(agent);
    else {
      this.#attempt = 0;
      this.#events.registration({ state: 'elsewhere', lost: false });
    }
  }

  /** Registers, also where another window has. */
  async take(): Promise<void> {
    this.#wanted = true;
    // One that is there already refreshes itself; a second one would go on doing so after `yield`.
    if (this.#agent?.isConnected() && !this.#registerer) await this.#register(this.#agent);
  }

  /** Another window is the phone; the connection stays for the calls that are up. */
  async yield(lost: boolean): Promise<void> {
    this.#wanted = false;
    const registerer = this.#registerer;
    this.#registerer = undefined;
    clearTimeout(this.#asking);
    if (this.#agent?.isConnected()) this.#events.registration({ state: 'elsewhere', lost });
    await registerer?.unregister().catch(() => undefined);
  }

  retryNow(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    void this.open();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#asking);
    const agent = this.#agent;
    this.#agent = undefined;
    await agent?.stop();
  }

  #createAgent(): UserAgent {
    const uri = UserAgent.makeURI(this.#settings.aor);
    if (!uri) throw new Error(`Not a SIP address: ${this.#settings.aor}`);
    const agent: UserAgent = new UserAgent({
      uri,
      transportOptions: { server: this.#settings.url, connectionTimeout: 5 },
      sessionDescriptionHandlerFactory: this.#media,
      sessionDescriptionHandlerFactoryOptions: mediaConfiguration,
      // The WebSocket's URL carries the token: sip.js must not print it.
      logBuiltinEnabled: false,
      logConfiguration: false,
      delegate: {
        onInvite: (invitation) => this.#events.invitation(invitation),
        onDisconnect: () => this.#drop(agent),
      },
    });
    return agent;
  }

  async #register(agent: UserAgent): Promise<void> {
    clearTimeout(this.#asking);
    this.#events.registration({ state: 'registering' });
    const registerer = new Registerer(agent, {
      expires: EXPIRES_SECONDS,
      logConfiguration: false,
      instanceId: this.#instance,
    });
    this.#registerer = registerer;
    const isOurs = () => this.#agent === agent && this.#registerer === registerer;
    let registered = false;
    registerer.stateChange.addListener((state) => {
      if (!isOurs()) return;
      if (state === RegistererState.Registered) {
        registered = true;
        this.#attempt = 0;
        this.#events.registration({ state: 'registered' });
      } else if (state === RegistererState.Unregistered && registered) {
        // A refresh was refused or not answered, of which sip.js says no more: we ask anew to hear why.
        this.#registerer = undefined;
        this.#askAgain(agent, registerer.retryAfter ?? 0);
      }
    });
    await registerer.register({
      requestDelegate: {
        onReject: ({ message }) => {
          if (!isOurs()) return;
          this.#registerer = undefined;
          const { statusCode: status = 0, reasonPhrase: reason = '' } = message;
          if (!isPassing(status)) return this.#events.registration({ state: 'refused', status, reason });
          const seconds = registerer.retryAfter ?? this.#nextWait();
          this.#events.registration({ state: 'refused', status, reason, nextAt: this.#now() + seconds * 1000 });
          this.#askAgain(agent, seconds);
        },
      },
    });
  }

  #askAgain(agent: UserAgent, seconds: number): void {
    this.#asking = setTimeout(() => {
      if (this.#agent === agent && this.#wanted && !this.#registerer) void this.#register(agent);
    }, seconds * 1000);
  }

  /** Seconds until the next attempt, longer each time. */
  #nextWait(): number {
    const seconds = RECONNECT_SECONDS[Math.min(this.#attempt, RECONNECT_SECONDS.length - 1)]!;
    this.#attempt += 1;
    return seconds;
  }

  /** This agent's socket is closed: forget it and try again later with a new one. */
  #drop(agent: UserAgent): void {
    if (this.#agent !== agent || this.#closed) return;
    this.#agent = undefined;
    this.#events.lost();
    void agent.stop().catch(() => undefined);
    if (this.#attempt === 0) this.#lostAt = this.#now();
    clearTimeout(this.#asking);
    const seconds = this.#nextWait();
    this.#events.registration({
      state: 'reconnecting',
      attempt: this.#attempt,
      nextAt: this.#now() + seconds * 1000,
      since: this.#lostAt,
    });
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.open();
    }, seconds * 1000);
  }
}
