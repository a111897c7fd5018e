/** A simulated caller dials a number of the trunk. */
import { printNameAddr, printUri, sipUri } from '../message/index.ts';
import type { Hop } from '../transport/index.ts';
import type { Party } from './party.ts';
import type { PartyPhone, PhoneHost } from './phone.ts';

/**
 * @returns the SIP Call-ID of the call, under which the trunk will know it
 * @throws when it cannot be placed; nothing is left of it then
 */
export async function placeCall(host: PhoneHost, party: Party, to: string, trunk: Hop): Promise<string> {
  const phone = host.phone(party);
  try {
    const media = await phone.take(host.media.rtp());
    const sdp = await media?.createOffer();
    if (phone.over || sdp === undefined) throw new Error('the simulated phones are being switched off');
    return dial(phone, to, trunk, sdp);
  } catch (error) {
    phone.hangUp();
    throw error;
  }
}

function dial(phone: PartyPhone, to: string, trunk: Hop, sdp: string): string {
  const { host, party } = phone;
  const identity = {
    displayName: party.name,
    uri: sipUri({ user: party.number, host: host.domain }),
    params: new Map(),
  };
  const target = sipUri({ user: to, host: trunk.host, port: trunk.port });
  phone.session = host.ua.invite(
    {
      uri: printUri(target),
      from: printNameAddr(identity),
      to: printNameAddr({ uri: target, params: new Map() }),
      hop: trunk,
      sdp,
    },
    {
      ...phone.user(),
      answered: (response) => {
        accept(phone, new TextDecoder().decode(response.body)).catch((error: unknown) => {
          host.log.warn({ error, party: party.number }, 'a simulated caller could not use the answer');
          phone.hangUp();
        });
      },
      failed: () => phone.end(),
    },
  );
  if (party.behaviour === 'hang-up-while-ringing') phone.after(party.afterMs, () => phone.hangUp());
  return phone.session.callId;
}

async function accept(phone: PartyPhone, sdp: string): Promise<void> {
  await phone.media?.acceptAnswer(sdp);
  if (phone.over) return;
  phone.host.heard(phone);
  if (phone.party.behaviour === 'echo') phone.media?.tap(phone.media);
  else phone.host.talk(phone, 'calling');
}
