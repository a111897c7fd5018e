/** What a verb may do with the leg that it runs on. */
import type { Board } from '../b2bua/board.ts';
import type { Call } from '../b2bua/call.ts';
import type { Leg } from '../b2bua/leg.ts';
import type { Sound } from '../media/sound.ts';

/** Something that is being played. */
export interface Playing {
  /** Resolves when it has been played, was stopped, or the leg is over. Never rejects. */
  readonly done: Promise<void>;
  stop(): void;
}

export interface LegControl {
  readonly board: Board;
  readonly call: Call;
  readonly leg: Leg;
  /** A SIP endpoint or the console is at the far end; the simulated phones stand for the telephone network. */
  readonly sip: boolean;
  /** 200 to the INVITE; resolves when there is media. Does nothing when the leg is answered, or was placed by us. */
  answer(): Promise<void>;
  /** Refuses an INVITE that is not answered yet; else as `hangUp`. */
  reject(status: number, reason?: string): void;
  /** Ends the leg, and the call when no other document runs in it. */
  hangUp(): void;
  play(sound: Sound, options?: { readonly loop?: boolean }): Playing;
  /** Presses keys: `0`–`9`, `A`–`D`, `*`, `#`; `w` is half a second of silence, `W` one. */
  press(keys: string): Playing;
  /** Calls back with each key that the far end presses (RFC 4733, or INFO). @returns stops it */
  onDigit(listener: (digit: string) => void): () => void;
}
