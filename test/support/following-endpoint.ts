/** A SIP endpoint on real sockets that dials an application and does with its REFERs what a test wants. */
import { isSipUri, parseNameAddr, printUri } from '../../src/core/message/index.ts';
import type { PartyPhone } from '../../src/core/parties/phone.ts';
import type { Hop } from '../../src/core/transport/index.ts';
import type { IncomingRefer } from '../../src/core/ua/incoming-refer.ts';
import { sdpOf } from '../../src/core/ua/description.ts';
import { nextPhone, type RealEndpoint } from './real-trunk.ts';

/** Dials `to` as `from`; resolves with the phone once it is answered. */
export async function dialAs(
  { host }: RealEndpoint,
  from: string,
  to: string,
  trunk: Hop,
  referred: (refer: IncomingRefer, phone: PartyPhone) => void,
): Promise<PartyPhone> {
  const up = nextPhone(host);
  await host.call({ number: from, name: '', behaviour: 'answer', afterMs: 0 }, to, trunk);
  const phone = [...host.phones].at(-1)!;
  const session = phone.session!;
  session.user = { ...session.user, referred: (refer) => referred(refer, phone) };
  return up;
}

/**
 * Follows a REFER: calls the target through the trunk with the headers of Refer-To stamped on the INVITE, reports what
 * becomes of it, and lets go of the old leg once the new one is up (T14).
 * @returns the phone of the new call, once it is up; never when it fails
 */
export async function follow(refer: IncomingRefer, old: PartyPhone, trunk: Hop): Promise<PartyPhone> {
  const reporter = refer.accept({});
  const target = parseNameAddr(refer.request.headers.get('Refer-To') ?? '');
  if (!target.ok || !isSipUri(target.value.uri)) throw new Error('Refer-To cannot be followed');
  const { uri } = target.value;
  const { host, party } = old;
  const phone = host.phone(party);
  phone.media = await host.media.rtp();
  const called = printUri({ ...uri, headers: [] });
  return new Promise((resolve) => {
    void phone.media!.createOffer().then((sdp) => {
      phone.session = host.ua.invite(
        {
          uri: called,
          from: `<sip:${party.number}@${host.domain}>`,
          to: `<${called}>`,
          hop: trunk,
          sdp,
          headers: uri.headers.map(([name, value]) => [name, value]),
        },
        {
          ...phone.user(),
          progressed: ({ status }) => reporter.report(status),
          failed: (status, reason) => {
            phone.end();
            reporter.report(status, reason);
          },
          answered: (response) => {
            void phone.media!.acceptAnswer(sdpOf(response) ?? '').then(() => {
              reporter.report(200);
              host.talk(phone, 'calling');
              host.clock.after(50, () => old.hangUp());
              resolve(phone);
            });
          },
        },
      );
    });
  });
}
