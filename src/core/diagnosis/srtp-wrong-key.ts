/** Packets come and none of them is under the key that was agreed on. They are dropped, so that nothing is heard. M5. */
import type { Ladder } from '../../nouns/ladder.ts';
import type { Facts, Finding } from '../trace/finding.ts';
import { answersOn } from './srtp-fell-back.ts';
import { nameOf } from './words.ts';

export function srtpWrongKey(ladder: Ladder, { call }: Facts): Finding[] {
  return (call?.legs ?? []).flatMap(({ id, encryption, rtp }) => {
    if (encryption?.failing !== true) return [];
    const who = nameOf({ ladder }, id);
    return [
      {
        id: 'srtp-wrong-key' as const,
        severity: 'error' as const,
        title: `Sound under another key: ${who}`,
        text:
          `${encryption.rejected ?? 0} packets of ${who} did not authenticate under the key of its description ` +
          `(${encryption.suite ?? 'SRTP'}) and were dropped; ${rtp?.received ?? 0} did. Nothing of the dropped ones was heard.`,
        fix: 'Compare the a=crypto lines at that telephone with those in the trace: a proxy may have changed the description, or the telephone sends in the clear, or under the key of an earlier call. Call again; if it stays, update that telephone.',
        messageSeqs: answersOn(ladder, id),
      },
    ];
  });
}
