/** W5: the far end of a leg was there and is gone, without a word: how it was noticed, and what to look at. */
import type { LegView, Loss } from '../../nouns/call.ts';
import type { Ladder } from '../../nouns/ladder.ts';
import type { Facts, Finding } from '../trace/finding.ts';
import { capital, nameOf } from './words.ts';

const REASONS: Readonly<Record<Loss['why'], { text: (who: string, seconds: number) => string; fix: string }>> = {
  'no-media': {
    text: (who, seconds) => `${who} has sent neither sound nor RTCP for ${seconds} s`,
    fix: 'Look whether that telephone still runs and reaches the network. A telephone that sends nothing while nobody speaks needs comfort noise, RTCP, or a longer media.timeoutSeconds.',
  },
  'media-lost': {
    text: (who) => `the connection for the sound of ${who} broke off`,
    fix: 'Look whether the browser was closed, or its machine lost the network or slept.',
  },
  'console-gone': {
    text: () => 'the console lost its connection to the trunk and did not come back',
    fix: 'Look whether its window was closed, or its machine lost the network or slept.',
  },
  'connection-lost': {
    text: (who) => `the connection on which ${who} spoke SIP was closed, and no other leads there`,
    fix: 'Look whether that program ended. One that only loses its connection has 5 s to register on another.',
  },
  'no-response': {
    text: (who) => `${who} answered no request any more`,
    fix: 'Look whether that program ended, and whether its Contact can be reached from the trunk.',
  },
};

export function peerLost(ladder: Ladder, { call }: Facts): Finding[] {
  return (call?.legs ?? []).flatMap((leg) => (leg.lost ? [findingOf(ladder, leg, leg.lost)] : []));
}

function findingOf(ladder: Ladder, leg: LegView, { why, seconds = 0 }: Loss): Finding {
  const who = nameOf({ ladder }, leg.id);
  const { text, fix } = REASONS[why];
  const last = ladder.messages.findLast(({ legId }) => legId === leg.id);
  return {
    id: 'peer-lost',
    severity: 'error',
    title: `Gone without hanging up: ${who}`,
    text: `${capital(text(who, seconds))}: its leg was ended.`,
    fix,
    messageSeqs: last ? [last.seq] : [],
  };
}
