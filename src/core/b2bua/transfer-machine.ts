/**
 * A blind transfer, from the accepted REFER to the release of the transferor. A plain step function:
 * what has happened goes in, what is to be done comes out. RFC 3515, RFC 5589 §6, P3–P9, P17–P19, P24.
 */

/** `calling` and `ringing`: the target has not answered. `releasing`: it has, the transferor still has its leg. */
export type TransferState = 'calling' | 'ringing' | 'releasing' | 'succeeded' | 'failed';

export type TransferInput =
  /** The target reports progress: 180, 183 or the like. */
  | { readonly type: 'targetRang'; readonly status: number; readonly reason: string }
  | { readonly type: 'targetAnswered' }
  | { readonly type: 'targetFailed'; readonly status: number; readonly reason: string }
  | { readonly type: 'targetHungUp' }
  | { readonly type: 'transferorHungUp' }
  | { readonly type: 'transfereeHungUp' }
  /** Another REFER of the same transferor came (P24). */
  | { readonly type: 'superseded' }
  /** The final NOTIFY was answered, or will not be any more. */
  | { readonly type: 'subscriptionEnded' }
  | { readonly type: 'releaseTimeOver' };

export type TransferEffect =
  | { readonly do: 'notify'; readonly status: number; readonly reason?: string }
  /**
   * `report`: how long the answer to the final NOTIFY is awaited; `farewell`: how long the transferor's own BYE;
   * `patience`: the same where it is the transferor who has to send it.
   */
  | { readonly do: 'arm'; readonly timer: 'report' | 'farewell' | 'patience' }
  | { readonly do: 'disarm' }
  | { readonly do: 'cancelTarget' }
  /** Transferee and target become the pair that talks. */
  | { readonly do: 'join' }
  /** The record of transferee and transferor ends. */
  | { readonly do: 'closeRecord' }
  /** The transferor's leg gets its BYE. */
  | { readonly do: 'releaseTransferor' }
  /** The call ends, whoever is left in it. */
  | { readonly do: 'endCall' };

type Step = [TransferState, TransferEffect[]];

/** @param releases who sends the transferor's BYE: the trunk itself, or the transferor (the policy says) */
export function stepTransfer(state: TransferState, input: TransferInput, releases: 'trunk' | 'transferor'): Step {
  switch (state) {
    case 'calling':
    case 'ringing':
      return pending(state, input, releases);
    case 'releasing':
      return releasing(input, releases);
    case 'succeeded':
    case 'failed':
      return [state, []];
    default:
      return state satisfies never;
  }
}

function pending(state: 'calling' | 'ringing', input: TransferInput, releases: 'trunk' | 'transferor'): Step {
  switch (input.type) {
    case 'targetRang':
      return ['ringing', [{ do: 'notify', status: input.status, reason: input.reason }]];
    case 'targetAnswered':
      return [
        'releasing',
        [
          { do: 'disarm' },
          { do: 'join' },
          { do: 'notify', status: 200 },
          { do: 'arm', timer: releases === 'trunk' ? 'report' : 'patience' },
        ],
      ];
    case 'targetFailed':
      return ['failed', [{ do: 'disarm' }, { do: 'notify', status: input.status, reason: input.reason }]];
    case 'superseded':
      return ['failed', [{ do: 'disarm' }, { do: 'cancelTarget' }, { do: 'notify', status: 487 }]];
    case 'transfereeHungUp':
      return ['failed', [{ do: 'disarm' }, { do: 'cancelTarget' }, { do: 'notify', status: 487 }, { do: 'endCall' }]];
    case 'transferorHungUp':
      // P9: before NOTIFY 200 the transferor's BYE drops the caller. Its subscription outlives its call (W2).
      return ['failed', [{ do: 'disarm' }, { do: 'cancelTarget' }, { do: 'notify', status: 487 }, { do: 'endCall' }]];
    case 'subscriptionEnded':
      // P10: nobody listens any more, the transfer goes on.
      return [state, []];
    case 'targetHungUp':
    case 'releaseTimeOver':
      return [state, []];
    default:
      return input satisfies never;
  }
}

function releasing(input: TransferInput, releases: 'trunk' | 'transferor'): Step {
  switch (input.type) {
    case 'subscriptionEnded':
      return ['releasing', releases === 'trunk' ? [{ do: 'arm', timer: 'farewell' }] : []];
    case 'releaseTimeOver':
      return ['succeeded', [{ do: 'closeRecord' }, { do: 'releaseTransferor' }]];
    case 'transferorHungUp':
      // P8: its BYE after NOTIFY 200 changes nothing for the others.
      return ['succeeded', [{ do: 'disarm' }, { do: 'closeRecord' }]];
    case 'targetHungUp':
    case 'transfereeHungUp':
      return ['succeeded', [{ do: 'disarm' }, { do: 'closeRecord' }, { do: 'endCall' }]];
    case 'targetRang':
    case 'targetAnswered':
    case 'targetFailed':
    case 'superseded':
      return ['releasing', []];
    default:
      return input satisfies never;
  }
}
