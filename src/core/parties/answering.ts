/** What a party does when it is called: one entry a behaviour. */
import type { Behaviour } from '../../nouns/directory.ts';
import { play } from '../media/player.ts';
import { pressKeys } from '../media/press-keys.ts';
import { silence } from '../media/sound.ts';
import { isSipUri } from '../message/index.ts';
import { statusOf } from '../ua/status-of.ts';
import type { Invitation } from '../ua/user-agent.ts';
import type { Party } from './party.ts';
import type { PartyPhone, PhoneHost } from './phone.ts';

/** Milliseconds after the answer at which `transfer-on` sends its REFER. */
const TRANSFER_ON_MS = 3000;

type Answering = (phone: PartyPhone) => void;

const answering: Record<Exclude<Behaviour, 'busy' | 'unknown'>, Answering> = {
  answer: (phone) => answerAfterRinging(phone, () => talk(phone)),
  echo: (phone) => answerAfterRinging(phone, () => echo(phone)),
  'no-answer': ring,
  decline: (phone) => refuseAfterRinging(phone, 603),
  'hang-up-while-ringing': (phone) => refuseAfterRinging(phone, 480),
  'answer-then-hang-up': (phone) => answerAfterRinging(phone, () => sayGoodbye(phone)),
  'transfer-on': (phone) =>
    answerAfterRinging(phone, () => {
      talk(phone);
      phone.after(TRANSFER_ON_MS, () => transferOn(phone));
    }),
  'press-keys': (phone) =>
    answerAfterRinging(phone, () => {
      if (!phone.media) return;
      const { clock } = phone.host;
      const keys = pressKeys('123#', phone.media, { clock, ssrc: phone.host.ssrc() });
      // Like any telephone it sends something all the time; the keys take the place of the silence.
      const quiet = play(silence, phone.media, { clock });
      phone.say({
        stop() {
          keys.stop();
          quiet.stop();
        },
      });
    }),
};

/** A call for `party` has arrived. */
export function receive(host: PhoneHost, party: Party, invitation: Invitation): void {
  const { behaviour } = party;
  if (behaviour === 'busy') return invitation.refuse(486);
  if (behaviour === 'unknown') return invitation.refuse(404);
  const phone = host.phone(party);
  const { uri } = invitation.request.head.to;
  if (isSipUri(uri)) phone.domain = uri.host;
  try {
    phone.session = invitation.take(phone.user());
    answering[behaviour](phone);
  } catch (error) {
    phone.hangUp();
    throw error;
  }
}

function ring(phone: PartyPhone): void {
  phone.session?.incoming?.progress(180);
}

function refuseAfterRinging(phone: PartyPhone, status: number): void {
  ring(phone);
  phone.after(phone.party.afterMs, () => {
    phone.session?.incoming?.reject(status);
    phone.end();
  });
}

function answerAfterRinging(phone: PartyPhone, then: () => void): void {
  ring(phone);
  phone.after(phone.party.afterMs, () => {
    answer(phone, then).catch((error: unknown) => {
      phone.host.log.warn({ error, party: phone.party.number }, 'a party could not answer');
      phone.session?.incoming?.reject(statusOf(error));
      phone.end();
    });
  });
}

async function answer(phone: PartyPhone, then: () => void): Promise<void> {
  const incoming = phone.session?.incoming;
  if (!incoming) return;
  const media = await phone.take(phone.host.media.rtp());
  const sdp = await (incoming.offer === undefined ? media?.createOffer() : media?.answerOffer(incoming.offer));
  if (phone.over || sdp === undefined) return;
  incoming.answer(sdp);
  phone.host.heard(phone);
  then();
}

function talk(phone: PartyPhone): void {
  phone.host.talk(phone, 'called');
}

function echo(phone: PartyPhone): void {
  if (!phone.media) return;
  phone.media.tap(phone.media);
}

function sayGoodbye(phone: PartyPhone): void {
  phone.host.talk(phone, 'leaving', () => phone.hangUp());
}

function transferOn(phone: PartyPhone): void {
  const number = phone.host.transferTarget(phone.party);
  if (number === undefined) return;
  phone.session?.refer(`<sip:${number}@${phone.domain}>`, [], { refused() {}, notified() {} });
}
