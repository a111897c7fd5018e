/** D6: a leg that was answered and has no sound, with or without a transfer: which one, why, and both packet counts. W28. */
import type { CallView, LegView } from '../../nouns/call.ts';
import type { Ladder } from '../../nouns/ladder.ts';
import { requestsOn } from './attempt.ts';
import type { Facts, Finding } from '../trace/finding.ts';
import { capital, nameOf } from './words.ts';

type Why = NonNullable<NonNullable<LegView['media']>['why']>;

const REASONS: Readonly<Record<Why, { text: (who: string) => string; fix: string }>> = {
  'no-packets': {
    text: (who) => `no RTP packet has come from ${who}`,
    fix: 'Look at the c= and m= lines of both descriptions: is that where the telephone sends to and from? Does a firewall let UDP through, and is the telephone muted by sending nothing?',
  },
  'no-candidates': {
    text: (who) => `the browser of ${who} has named no address for its sound (no ICE candidate)`,
    fix: 'Without a network, browsers leave out the addresses of their own machine: open the console with “npm start”, or connect the machine to a network, and call again.',
  },
  'ice-failed': {
    text: (who) => `the browser of ${who} has not reached the port of the trunk (no ICE check came through)`,
    fix: 'Look for a firewall, a VPN or a browser extension that keeps UDP to the trunk back.',
  },
  'dtls-failed': {
    text: (who) => `the trunk and the browser of ${who} have agreed on no keys (the DTLS handshake did not end)`,
    fix: 'Call again; the log of the trunk says what went wrong in the handshake.',
  },
  lost: {
    text: (who) => `the connection for the sound of ${who} broke off`,
    fix: 'Look at the network between the browser and the trunk; the call itself goes on.',
  },
};

/** @param told legs whose silence has been explained with their transfer */
export function noMedia(ladder: Ladder, { call }: Facts, told: ReadonlySet<string>): Finding[] {
  return (call?.legs ?? []).flatMap((leg) => {
    const why = leg.media?.state === 'failed' ? leg.media.why : undefined;
    if (!call || why === undefined || leg.answeredAt === undefined || told.has(leg.id)) return [];
    const who = nameOf({ ladder }, leg.id);
    const { text, fix } = REASONS[why];
    const counts = [leg, ...othersOf(call, leg)].map((each) => countsOf(nameOf({ ladder }, each.id), each));
    const answer = ladder.messages.find(
      ({ legId, status, cseq }) => legId === leg.id && status === 200 && cseq.endsWith(' INVITE'),
    );
    const [invite] = requestsOn(ladder, leg.id, 'INVITE');
    return [
      {
        id: 'D6',
        severity: 'error',
        title: `No sound: ${who}`,
        text: `The call was answered, but ${text(who)}. ${capital(counts.join('; '))}.`,
        fix,
        messageSeqs: [answer?.seq, invite?.seq].filter((seq) => seq !== undefined),
      },
    ];
  });
}

/** Those who were up while this leg was. */
function othersOf({ legs }: CallView, leg: LegView): LegView[] {
  return legs.filter(
    (other) =>
      other !== leg &&
      other.answeredAt !== undefined &&
      (other.endedAt ?? Infinity) >= leg.answeredAt! &&
      other.answeredAt <= (leg.endedAt ?? Infinity),
  );
}

function countsOf(who: string, { codec, rtp }: LegView): string {
  return `${who} (${codec ?? 'no codec'}): ${rtp?.received ?? 0} RTP packets received, ${rtp?.sent ?? 0} sent`;
}
