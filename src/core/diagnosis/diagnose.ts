/** Finds what went wrong with the transfers and the sound of a call, from its ladder and what else the trunk knows. Pure. */
import type { Ladder } from '../../nouns/ladder.ts';
import { attemptsIn, type Attempt } from './attempt.ts';
import { release } from './bye.ts';
import { forbidden } from './d1-forbidden.ts';
import { badReferTo } from './d2-bad-refer-to.ts';
import { earlyBye } from './d3-early-bye.ts';
import { deaf } from './d4-deaf.ts';
import { targetFailed } from './d5-target-failed.ts';
import { noMedia } from './d6-no-media.ts';
import { noSound } from './d6-no-sound.ts';
import { callerId } from './d7-caller-id.ts';
import type { Facts, Finding } from '../trace/finding.ts';
import { peerLost } from './peer-lost.ts';
import { srtpFellBack } from './srtp-fell-back.ts';
import { srtpRefused } from './srtp-refused.ts';
import { srtpWrongKey } from './srtp-wrong-key.ts';
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

/**
 * Findings in the order of the REFERs, then those about the legs themselves. Works on the trace of a live call and of a
 * stored one.
 */
export function diagnose(ladder: Ladder, facts: Facts): Finding[] {
  const silent = new Set<string>();
  const transfers = attemptsIn(ladder, facts).flatMap((attempt) =>
    rules.flatMap((rule) => {
      const finding = rule(attempt);
      if (!finding) return [];
      const { transfer } = attempt;
      if (!transfer) return [finding];
      if (finding.id === 'D6') silent.add(transfer.transfereeLegId).add(transfer.targetLegId ?? '');
      return [{ ...finding, transferId: transfer.id }];
    }),
  );
  const keys = [...srtpRefused(ladder), ...srtpWrongKey(ladder, facts), ...srtpFellBack(ladder, facts)];
  return [...transfers, ...peerLost(ladder, facts), ...keys, ...noMedia(ladder, facts, silent)];
}
