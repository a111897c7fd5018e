import { SessionState, UserAgent } from 'sip.js';
import type { OutgoingReferRequest } from 'sip.js/lib/core/index.js';
import { release } from './hang-up.ts';
import { stepRefer, type Line } from './line.ts';
import { parseEventId, parseSipfrag, parseSubscriptionState } from './sipfrag.ts';

/**
 * How long the trunk has for its BYE once the target has answered: those that send one do within 100 ms. *Chosen here.*
 */
export const RELEASE_AFTER_MS = 1000;

/**
 * Sends REFER and reports what its subscription says, NOTIFY by NOTIFY. RFC 3515 §2.4.
 * Whether it succeeded is for the reader of the steps to judge: sip.js does not. After a success the session is left.
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
  const sent: OutgoingReferRequest = await session.refer(target, {
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
      const about = parseEventId(request.getHeader('Event'));
      // Of an earlier REFER on this session.
      if (about !== undefined && about !== sent.message.cseq) return;
      const sipfrag = parseSipfrag(request.body);
      const subscription = parseSubscriptionState(request.getHeader('Subscription-State'));
      step({ at: line.now(), kind: 'notify', ...sipfrag, ...subscription });
      if (sipfrag === undefined || sipfrag.status < 200) return;
      // After a failure the session goes on without the transfer; after a success its end still belongs to it.
      if (sipfrag.status >= 300) done();
      else line.later(RELEASE_AFTER_MS, () => leave(line, transferId));
    },
  });
}

/**
 * The caller talks to the target: of the dialog nothing is left but its BYE, which some providers leave to the
 * transferor. Nothing that was done with the line meanwhile (hold, mute) brings the caller back. RFC 5589 §6.1.
 */
function leave(line: Line, transferId: string): void {
  // Over by now, or the operator has begun something else on it.
  if (line.transferId !== transferId || line.session.state !== SessionState.Established) return;
  release(line);
}

/** `+14155551234` and `#4` become addresses in our own domain; an address is left as it was typed. */
export function referToFor(target: string, domain: string): string {
  return /^[a-z][a-z0-9+.-]*:/i.test(target) ? target : `sip:${target.replaceAll('#', '%23')}@${domain}`;
}
