import { UserAgent } from 'sip.js';
import { stepRefer, type Line } from './line.ts';
import { parseSipfrag, parseSubscriptionState } from './sipfrag.ts';

/**
 * Sends REFER and reports what its subscription says, NOTIFY by NOTIFY. RFC 3515 §2.4.
 * Whether it succeeded is for the reader of the steps to judge: sip.js does not.
 */
export async function refer(line: Line, transferId: string, referTo: string): Promise<void> {
  const { session } = line;
  const target = UserAgent.makeURI(referTo);
  const step = (what: Parameters<typeof stepRefer>[2]) => stepRefer(line, transferId, what);
  step({ at: line.now(), kind: 'refer', referTo });
  if (!target) {
    step({ at: line.now(), kind: 'response', status: 400, reason: 'Not a SIP address' });
    return;
  }
  line.transferId = transferId;
  const done = () => {
    if (line.transferId === transferId) line.transferId = undefined;
  };
  await session.refer(target, {
    requestDelegate: {
      onAccept: ({ message }) =>
        step({
          at: line.now(),
          kind: 'response',
          status: message.statusCode ?? 0,
          reason: message.reasonPhrase ?? '',
        }),
      onReject: ({ message }) => {
        const { statusCode: status = 0, reasonPhrase: reason = '' } = message;
        step({ at: line.now(), kind: 'response', status, reason });
        done();
      },
    },
    onNotify: (notification) => {
      void notification.accept();
      const { request } = notification;
      const sipfrag = parseSipfrag(request.body);
      const subscription = parseSubscriptionState(request.getHeader('Subscription-State'));
      step({ at: line.now(), kind: 'notify', ...sipfrag, ...subscription });
      // After a failure the session goes on without the transfer; after a success its end still belongs to it.
      if (sipfrag && sipfrag.status >= 300) done();
    },
  });
}

/** `+14155551234` becomes an address in our own domain; an address is left as it was typed. */
export function referToFor(target: string, domain: string): string {
  return /^[a-z][a-z0-9+.-]*:/i.test(target) ? target : `sip:${target}@${domain}`;
}
