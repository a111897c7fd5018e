/** A REFER that came to us, from the question to the release of the old call, as a step function. RFC 3515 §2.4.2. */
import { reportOf, type Report } from './refer-reports.ts';

/**
 * How long the operator may think before the REFER is accepted on their behalf: its transaction must not run out
 * (32 s, RFC 3261 §17.1.2.2). The question stays; a no is then reported by NOTIFY. *Chosen here.*
 */
export const ANSWER_AFTER_MS = 20_000;
/** How long the old call waits for the answer to the final NOTIFY. *Chosen here.* */
export const RELEASE_AFTER_MS = 4000;

export interface FollowState {
  phase: 'asking' | 'calling' | 'answered' | 'over';
  /** The REFER has got its 202. */
  accepted: boolean;
  /** The asker wants to hear, and has not said that it does not know what of. */
  reporting: boolean;
  /** The last status that was reported. */
  status: number;
  reason: string;
}

export type FollowInput =
  | { is: 'yes' }
  | { is: 'no' }
  /** The REFER has to be answered now. */
  | { is: 'answer-due' }
  /** What the new call says: any status but 100, in order. */
  | { is: 'status'; status: number; reason: string }
  /** A NOTIFY was answered; `gone` when the asker knows no such subscription. */
  | { is: 'notify-answered'; final: boolean; gone: boolean }
  | { is: 'release-due' }
  /** The subscription's time is over. */
  | { is: 'expired' }
  /** The old call has ended. */
  | { is: 'left' };

export type FollowEffect =
  | { do: 'respond'; status: number; reason: string }
  | { do: 'notify'; report: Report }
  | { do: 'call' }
  /** Gives the new call up. */
  | { do: 'cancel' }
  /** BYE to the old call. */
  | { do: 'release' }
  | { do: 'arm'; timer: 'answer-due' | 'expired' | 'release-due' }
  | { do: 'disarm'; timer: 'answer-due' | 'expired' | 'release-due' };

type Step = [FollowState, readonly FollowEffect[]];

/** @param reporting false when the REFER said `Refer-Sub: false` (RFC 4488) */
export function openFollow(reporting: boolean): Step {
  const state: FollowState = { phase: 'asking', accepted: false, reporting, status: 100, reason: 'Trying' };
  return [state, [{ do: 'arm', timer: 'answer-due' }]];
}

export function stepFollow(state: FollowState, input: FollowInput): Step {
  switch (state.phase) {
    case 'asking':
      return asking(state, input);
    case 'calling':
      return calling(state, input);
    case 'answered':
      return answered(state, input);
    case 'over':
      return [state, []];
    default:
      return state.phase satisfies never;
  }
}

function asking(state: FollowState, input: FollowInput): Step {
  switch (input.is) {
    case 'yes': {
      const [next, effects] = accept(state);
      return [{ ...next, phase: 'calling' }, [...effects, { do: 'call' }]];
    }
    case 'no':
      if (!state.accepted) return over(state, { do: 'respond', status: 603, reason: 'Decline' });
      return over(...reported(state, reportOf(603, 'Decline')));
    case 'answer-due':
      return accept(state);
    case 'expired':
      return over(...reported(state, { status: state.status, reason: state.reason, end: 'timeout' }));
    case 'left':
      // RFC 3261 §15.1.2: what is still unanswered in the dialog.
      return state.accepted ? over(...givenUp(state)) : over(state, { do: 'respond', ...GIVEN_UP });
    case 'notify-answered':
      return heard(state, input);
    case 'status':
    case 'release-due':
      return [state, []];
    default:
      return input satisfies never;
  }
}

function calling(state: FollowState, input: FollowInput): Step {
  switch (input.is) {
    case 'status': {
      const { status, reason } = input;
      if (status === state.status) return [state, []];
      const [next, ...effects] = reported(state, reportOf(status, reason));
      if (status < 200) return [next, effects];
      if (status >= 300) return over(next, ...effects);
      if (!state.reporting) return over(next, { do: 'release' });
      return [{ ...next, phase: 'answered' }, [...effects, { do: 'arm', timer: 'release-due' }]];
    }
    case 'expired':
      return over(...reported(state, { status: state.status, reason: state.reason, end: 'timeout' }), { do: 'cancel' });
    case 'left':
      // Whoever hung up, there is nobody left to move.
      return over(...givenUp(state), { do: 'cancel' });
    case 'notify-answered':
      return heard(state, input);
    case 'yes':
    case 'no':
    case 'answer-due':
    case 'release-due':
      return [state, []];
    default:
      return input satisfies never;
  }
}

function answered(state: FollowState, input: FollowInput): Step {
  switch (input.is) {
    case 'notify-answered':
      return input.final ? over(state, { do: 'release' }) : [state, []];
    case 'release-due':
      return over(state, { do: 'release' });
    case 'left':
      return over(state);
    case 'yes':
    case 'no':
    case 'answer-due':
    case 'status':
    case 'expired':
      return [state, []];
    default:
      return input satisfies never;
  }
}

/** 202, and NOTIFY 100 at once, whatever comes of it (RFC 3515 §2.4.4). */
function accept(state: FollowState): Step {
  if (state.accepted) return [state, []];
  const [next, ...effects] = reported({ ...state, accepted: true }, reportOf(100, 'Trying'));
  return [
    next,
    [
      { do: 'disarm', timer: 'answer-due' },
      { do: 'respond', status: 202, reason: 'Accepted' },
      { do: 'arm', timer: 'expired' },
      ...effects,
    ],
  ];
}

const GIVEN_UP = { status: 487, reason: 'Request Terminated' } as const;

/** The call is over, its subscription is not: that ends with the last NOTIFY (RFC 5057 §4, W2). */
function givenUp(state: FollowState): [FollowState, ...FollowEffect[]] {
  return reported(state, reportOf(GIVEN_UP.status, GIVEN_UP.reason));
}

function reported(state: FollowState, report: Report): [FollowState, ...FollowEffect[]] {
  const next = { ...state, status: report.status, reason: report.reason };
  return state.reporting ? [next, { do: 'notify', report }] : [next];
}

/** Nobody there knows our subscription: the rest goes unreported. */
function heard(state: FollowState, { gone }: Extract<FollowInput, { is: 'notify-answered' }>): Step {
  return [gone ? { ...state, reporting: false } : state, []];
}

function over(state: FollowState, ...effects: FollowEffect[]): Step {
  return [
    { ...state, phase: 'over' },
    [
      { do: 'disarm', timer: 'answer-due' },
      { do: 'disarm', timer: 'expired' },
      { do: 'disarm', timer: 'release-due' },
      ...effects,
    ],
  ];
}
