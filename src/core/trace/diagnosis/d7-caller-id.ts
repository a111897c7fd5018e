/** D7: the target is shown another number than the REFER speaks of. Which rule set it? P20. */
import { isSipUri, parseNameAddr, type SipMessage } from '../../message/index.ts';
import { read, requestsOn, type Attempt } from './attempt.ts';
import type { Finding } from './finding.ts';
import { targetName } from './words.ts';

/** Where a REFER may name somebody to be shown: RFC 3892, RFC 3325. */
const WISHES = ['P-Preferred-Identity', 'P-Asserted-Identity', 'Referred-By'] as const;

export function callerId(attempt: Attempt): Finding | undefined {
  const { transfer, ladder, request, refer, facts } = attempt;
  const [invite] = requestsOn(ladder, transfer?.targetLegId ?? '', 'INVITE');
  const message = invite && read(invite);
  if (!transfer || !invite || !message) return undefined;
  const shown = userOf(message, 'P-Asserted-Identity') ?? userOf(message, 'From') ?? 'nobody';
  const wish = WISHES.map((field) => ({ field, number: userOf(request, field) })).find(({ number }) =>
    /^\+?\d{3,}$/.test(number ?? ''),
  );
  const plain = /^\+?\d{3,}$/.test(shown);
  if (plain && (wish === undefined || digits(wish.number ?? '') === digits(shown))) return undefined;
  const { rule } = transfer.callerId;
  const because = reasons[rule] ?? `It follows the rule ${rule}.`;
  return {
    id: 'D7',
    severity: 'info',
    title: `${targetName(attempt)} is shown ${shown}`,
    text: plain
      ? `The REFER names ${wish?.number} in ${wish?.field}, but that does not decide. ${because}`
      : `${shown} is no number. ${because}${facts.call ? ` The call came from ${facts.call.from.number || 'nobody in particular'}.` : ''}`,
    messageSeqs: [invite.seq, refer.seq],
  };
}

/** Rules by the names that the profiles give them. */
const reasons: Readonly<Record<string, string>> = {
  'P20 inbound': 'On an inbound call the target sees the original caller (P20).',
  'P20 outbound':
    'On an outbound call the target sees the trunk number that the endpoint used as its caller ID on the original leg (P20).',
  'S2 trunk number':
    'A transfer into the telephone network is a new call of the trunk and shows one of its numbers (S2).',
  'S3 unchanged': 'A transfer to another domain leaves the caller as it was (S3).',
};

function userOf(message: SipMessage, field: string): string | undefined {
  const parsed = parseNameAddr(message.headers.get(field) ?? '');
  if (!parsed.ok) return undefined;
  const { uri } = parsed.value;
  if (isSipUri(uri)) return uri.user;
  return uri.scheme === 'tel' ? uri.opaque.split(';')[0] : undefined;
}

function digits(number: string): string {
  return number.replaceAll(/\D/g, '');
}
