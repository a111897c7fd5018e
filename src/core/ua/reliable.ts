/** Provisional responses that must arrive, at the side that sends them: one after the other. RFC 3262 §3. Pure. */

export interface Reliable<Provisional> {
  /** RSeq of the response that was sent last. */
  readonly rseq: number;
  /** The one that waits for its PRACK. */
  readonly unacknowledged: { readonly provisional: Provisional; readonly intervalMs: number } | undefined;
  /** Sent when their turn comes. */
  readonly waiting: readonly Provisional[];
}

export type ReliableInput<Provisional> =
  | { readonly type: 'provisional'; readonly provisional: Provisional }
  | { readonly type: 'prack'; readonly rseq: number }
  | { readonly type: 'timer'; readonly timer: ReliableTimer }
  /** A final response goes out: nothing is repeated after it. */
  | { readonly type: 'final' };

export type ReliableTimer = 'again' | 'giveUp';

export type ReliableEffect<Provisional> =
  | { readonly do: 'send'; readonly provisional: Provisional; readonly rseq: number }
  | { readonly do: 'resend' }
  | { readonly do: 'arm'; readonly timer: ReliableTimer; readonly ms: number }
  | { readonly do: 'disarm' }
  /** The PRACK belongs to the response that waits for one. */
  | { readonly do: 'matched'; readonly provisional: Provisional }
  /** It does not: 481. */
  | { readonly do: 'unmatched' }
  | { readonly do: 'giveUp' };

type Step<Provisional> = [Reliable<Provisional>, ReliableEffect<Provisional>[]];

/** @param first RSeq before the first response: a random number below 2^31 (§3) */
export function startReliable<Provisional>(first: number): Reliable<Provisional> {
  return { rseq: first, unacknowledged: undefined, waiting: [] };
}

export function stepReliable<Provisional>(
  state: Reliable<Provisional>,
  input: ReliableInput<Provisional>,
  T1: number,
): Step<Provisional> {
  const { rseq, unacknowledged, waiting } = state;
  switch (input.type) {
    case 'provisional':
      if (unacknowledged) return [{ ...state, waiting: [...waiting, input.provisional] }, []];
      return send(state, input.provisional, T1);
    case 'prack': {
      if (!unacknowledged || input.rseq !== rseq) return [state, [{ do: 'unmatched' }]];
      const { provisional } = unacknowledged;
      const done: ReliableEffect<Provisional>[] = [{ do: 'disarm' }, { do: 'matched', provisional }];
      const [next, ...rest] = waiting;
      const idle = { rseq, unacknowledged: undefined, waiting: rest };
      if (next === undefined) return [idle, done];
      const [following, effects] = send(idle, next, T1);
      return [following, [...done, ...effects]];
    }
    case 'timer': {
      if (!unacknowledged) return [state, []];
      if (input.timer === 'giveUp') {
        return [{ rseq, unacknowledged: undefined, waiting: [] }, [{ do: 'disarm' }, { do: 'giveUp' }]];
      }
      const intervalMs = unacknowledged.intervalMs * 2;
      return [
        { ...state, unacknowledged: { ...unacknowledged, intervalMs } },
        [{ do: 'resend' }, { do: 'arm', timer: 'again', ms: intervalMs }],
      ];
    }
    case 'final':
      return [{ rseq, unacknowledged: undefined, waiting: [] }, [{ do: 'disarm' }]];
    default:
      return input satisfies never;
  }
}

function send<Provisional>(state: Reliable<Provisional>, provisional: Provisional, T1: number): Step<Provisional> {
  const rseq = state.rseq + 1;
  return [
    { ...state, rseq, unacknowledged: { provisional, intervalMs: T1 } },
    [
      { do: 'send', provisional, rseq },
      { do: 'arm', timer: 'again', ms: T1 },
      { do: 'arm', timer: 'giveUp', ms: 64 * T1 },
    ],
  ];
}
