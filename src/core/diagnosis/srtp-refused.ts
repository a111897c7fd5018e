/** A description was refused since one side wants its sound encrypted as the other cannot, or not at all. M5, A9. */
import type { Ladder, LadderMessage } from '../../nouns/ladder.ts';
import type { Finding } from '../trace/finding.ts';
import { capital, nameOf } from './words.ts';

const WARNING = /^Warning:\s*302\s+\S+\s+"([^"]*)"/im;
/** What our own refusals for keys say; see `sdp/sdes.ts`. */
const ABOUT_KEYS = /SRTP|SAVP|crypto|the key in the answer/;

export function srtpRefused(ladder: Ladder): Finding[] {
  return ladder.messages.flatMap((refusal) => {
    const { status, cseq, legId, retransmission } = refusal;
    if (retransmission || (status !== 488 && status !== 606) || !cseq.endsWith(' INVITE')) return [];
    const offer = ladder.messages.find(
      (each) => each.legId === legId && each.status === undefined && each.cseq === cseq && each.from === refusal.to,
    );
    const finding = offer && (refusal.from === 'trunk' ? byUs(ladder, offer, refusal) : byThem(ladder, offer, refusal));
    return finding ? [finding] : [];
  });
}

function byUs(ladder: Ladder, offer: LadderMessage, refusal: LadderMessage): Finding | undefined {
  const why = WARNING.exec(refusal.text)?.[1];
  if (why === undefined || !ABOUT_KEYS.test(why)) return undefined;
  const who = nameOf({ ladder }, refusal.legId);
  const wantsPlain = why.includes('takes plain RTP alone');
  const suites = suitesIn(offer);
  return {
    id: 'srtp-refused',
    severity: 'error',
    title: wantsPlain ? `Encrypted sound refused: ${who}` : `Unencrypted sound refused: ${who}`,
    text:
      `${capital(who)} offered ${suites.length > 0 ? `the suites ${suites.join(', ')}` : 'no keys for SRTP'}, and the trunk ` +
      `refused with ${refusal.status}: ${why}.`,
    fix: wantsPlain
      ? 'Set media.srtp to optional, so that the trunk takes SRTP where it is offered, or switch SRTP off at that telephone.'
      : 'Switch SRTP with SDES on at that telephone, with AES_CM_128_HMAC_SHA1_80; or set media.srtp to optional, which lets its sound pass in the clear.',
    messageSeqs: [refusal.seq, offer.seq],
  };
}

function byThem(ladder: Ladder, offer: LadderMessage, refusal: LadderMessage): Finding | undefined {
  if (!/^m=audio \d+ RTP\/SAVPF? /m.test(offer.text)) return undefined;
  const who = nameOf({ ladder }, refusal.legId);
  return {
    id: 'srtp-refused',
    severity: 'error',
    title: `Encrypted sound refused: ${who}`,
    text: `The trunk offered SRTP alone (${suitesIn(offer).join(', ')}), and ${who} refused with ${refusal.status}.`,
    fix: 'Switch SRTP with SDES on at that telephone, with one of these suites; or set media.srtp to optional, which takes plain RTP as well.',
    messageSeqs: [refusal.seq, offer.seq],
  };
}

/** Their names alone: keys are not in a ladder. */
const suitesIn = ({ text }: LadderMessage): string[] =>
  Array.from(text.matchAll(/^a=crypto:\d+ ([\w-]{1,40})/gim), ([, name = '']) => name);
