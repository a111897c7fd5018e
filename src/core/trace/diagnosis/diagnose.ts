/** From a ladder, and what the trunk knows beside it, to what is to be said about the transfers of the call. Pure. */
import type { Ladder } from '../ladder.ts';
import { attemptsIn, type Attempt } from './attempt.ts';
import { release } from './bye.ts';
import { forbidden } from './d1-forbidden.ts';
import { badReferTo } from './d2-bad-refer-to.ts';
import { earlyBye } from './d3-early-bye.ts';
import { deaf } from './d4-deaf.ts';
import { targetFailed } from './d5-target-failed.ts';
import { noSound } from './d6-no-sound.ts';
import { callerId } from './d7-caller-id.ts';
import type { Facts, Finding } from './finding.ts';
import { malformedSipfrag, notifyRefused, withoutResult } from './notify.ts';
import { progressHidden, referRefused } from './refer.ts';

const rules: readonly ((attempt: Attempt) => Finding | undefined)[] = [
  forbidden,
  badReferTo,
  referRefused,
  earlyBye,
  deaf,
  targetFailed,
  noSound,
  callerId,
  notifyRefused,
  withoutResult,
  malformedSipfrag,
  release,
  progressHidden,
];

/** In the order of the REFERs; works on the trace of a live call and on a stored one. */
export function diagnose(ladder: Ladder, facts: Facts): Finding[] {
  return attemptsIn(ladder, facts).flatMap((attempt) =>
    rules.flatMap((rule) => {
      const finding = rule(attempt);
      if (!finding) return [];
      return [attempt.transfer ? { ...finding, transferId: attempt.transfer.id } : finding];
    }),
  );
}
