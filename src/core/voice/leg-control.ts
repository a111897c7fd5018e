/** `LegControl` over a leg of a call. */
import { callOwner } from '../b2bua/call-owner.ts';
import { detach, guarded } from '../log/owner.ts';
import { ownedClock } from '../time/owned-clock.ts';
import { dropLeg, legOver } from '../b2bua/hang-up.ts';
import { reasonPhrase } from '../message/index.ts';
import type { LegEnd } from '../b2bua/leg-end.ts';
import type { Board } from '../b2bua/board.ts';
import type { Call } from '../b2bua/call.ts';
import { resultOf, type Leg } from '../b2bua/leg.ts';
import { play } from '../media/player.ts';
import { pressKeys } from '../media/press-keys.ts';
import { random } from '../rtp/random.ts';
import type { Clock } from '../time/clock.ts';
import type { LegControl, Playing } from './control.ts';

export function legControl(board: Board, call: Call, leg: Leg): LegControl {
  const owner = callOwner(board, call);
  const clock = ownedClock(board.options.clock, owner);
  const end = (how: LegEnd): void => {
    dropLeg(board, leg, how);
    legOver(board, call, leg, how);
  };
  const hangUp = (): void => {
    if (leg.live) end({ by: 'trunk', result: leg.answeredAt === undefined ? 'canceled' : 'answered' });
  };
  /** Plays into the leg until it is over. */
  const playing = (begin: (onDone: () => void) => { stop(): void }): Playing => {
    const { promise, resolve } = Promise.withResolvers<void>();
    if (!leg.live || !leg.media) {
      resolve();
      return { done: promise, stop() {} };
    }
    const finish = (): void => {
      forget();
      resolve();
    };
    const stop = (): void => {
      player.stop();
      finish();
    };
    const forget = leg.whenOver(stop);
    const player = begin(finish);
    return { done: promise, stop };
  };
  return {
    board,
    call,
    leg,
    sip: isSip(leg),
    answer: async () => {
      await leg.answer?.();
      await audible(leg, clock);
    },
    reject(status, reason) {
      if (!leg.live || leg.answeredAt !== undefined || !leg.session?.incoming) return hangUp();
      const how = { by: 'trunk', result: resultOf(status), status } as const;
      dropLeg(board, leg, how, { status, reason: reason ?? reasonPhrase(status), headers: [] });
      legOver(board, call, leg, how);
    },
    hangUp,
    play: (sound, { loop = false } = {}) => playing((onDone) => play(sound, leg.media!, { clock, loop, onDone })),
    press: (keys) => playing((onDone) => pressKeys(keys, leg.media!, { clock, ssrc: random(0xffff_ffff), onDone })),
    onDigit: (listener) => leg.keys.listen(leg.media, (key) => guarded(() => listener(key), owner)),
  };
}

/** Milliseconds that a browser's handshake may take before what is said is said all the same. *Chosen here.* */
const HANDSHAKE_MS = 3000;

/** What is said before a browser's media is up would be lost. */
async function audible(leg: Leg, clock: Clock): Promise<void> {
  const { media } = leg;
  if (!leg.live || !media) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = clock.after(HANDSHAKE_MS, resolve);
  const forget = leg.whenOver(resolve);
  detach(media.ready().then(resolve), { failed: () => resolve() });
  await promise;
  timer.cancel();
  forget();
}

/** Console and endpoints are SIP; of the parties only those at a SIP URI, the others stand for the telephone network. */
export function isSip({ facts: { role, identity } }: Leg): boolean {
  return role === 'console' || role === 'endpoint' || /^sips?:/i.test(identity.number);
}
