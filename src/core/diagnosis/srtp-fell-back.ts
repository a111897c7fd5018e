/** Sound in the clear where encryption was offered, or was there before. Never without a word. M5. */
import type { Ladder } from '../../nouns/ladder.ts';
import type { Facts, Finding } from '../trace/finding.ts';
import { nameOf } from './words.ts';

export function srtpFellBack(ladder: Ladder, { call }: Facts): Finding[] {
  return (call?.legs ?? []).flatMap(({ id, encryption }) => {
    if (encryption?.fellBack !== true) return [];
    const who = nameOf({ ladder }, id);
    return [
      {
        id: 'srtp-fell-back' as const,
        severity: 'warning' as const,
        title: `Sound is not encrypted: ${who}`,
        text: `The description of ${who} has no keys for SRTP, so that its sound passes in the clear: media.srtp is optional.`,
        fix: 'Switch SRTP with SDES on at that telephone; or set media.srtp to required, which refuses such a call.',
        messageSeqs: answersOn(ladder, id),
      },
    ];
  });
}

/** `seq` of the newest message of a leg's far end that has a description, else of its newest INVITE. */
export function answersOn({ messages }: Ladder, leg: string): number[] {
  const newest = messages.findLast(
    ({ legId, from, text }) => legId === leg && from !== 'trunk' && /^m=audio /m.test(text),
  );
  const shown = newest ?? messages.findLast(({ legId, method }) => legId === leg && method === 'INVITE');
  return shown ? [shown.seq] : [];
}
