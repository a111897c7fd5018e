/** D7: the target is shown somebody else than whom it gets to talk to, or than the REFER asks for. Which rule set it? P20. */
import type { LegView } from '../../nouns/call.ts';
import { numberOf, parseNameAddr, type SipMessage } from '../message/index.ts';
import { read, requestsOn, type Attempt } from './attempt.ts';
import type { Finding } from '../trace/finding.ts';
import { targetName } from './words.ts';

/** Where a REFER may ask for somebody to be shown (RFC 3325). Not Referred-By: that only says who refers. */
const WISHES = ['P-Preferred-Identity', 'P-Asserted-Identity'] as const;
const NUMBER = /^\+?\d{3,}$/;

export function callerId(attempt: Attempt): Finding | undefined {
  const { transfer, ladder, refer, facts } = attempt;
  const [invite] = requestsOn(ladder, transfer?.targetLegId ?? '', 'INVITE');
  const message = invite && read(invite);
  if (!transfer || !invite || !message) return undefined;
  const shown = userOf(message, 'P-Asserted-Identity') ?? userOf(message, 'From') ?? 'nobody';
  const transferee = facts.call?.legs.find(({ id }) => id === transfer.transfereeLegId);
  const surprise = surpriseOf(shown, wishOf(attempt), transferee);
  if (surprise === undefined) return undefined;
  const { rule } = transfer.callerId;
  return {
    id: 'D7',
    severity: 'info',
    title: `${targetName(attempt)} is shown ${shown}`,
    text: `${surprise} ${reasons[rule] ?? `It follows the rule ${rule}.`}`,
    messageSeqs: [invite.seq, refer.seq],
  };
}

/** Why somebody may wonder, as a sentence. */
function surpriseOf(
  shown: string,
  wish: { field: string; number: string } | undefined,
  transferee: Pick<LegView, 'number' | 'name'> | undefined,
): string | undefined {
  if (!NUMBER.test(shown)) return `${shown} is no number.`;
  if (wish && digits(wish.number) !== digits(shown)) {
    return `The REFER asks for ${wish.number} in ${wish.field}, but that does not decide.`;
  }
  if (!transferee || !NUMBER.test(transferee.number) || digits(transferee.number) === digits(shown)) return undefined;
  const who = transferee.name === '' ? '' : `${transferee.name}, `;
  return `That is not the number of whom it talks to: ${who}${transferee.number}.`;
}

function wishOf({ request }: Attempt): { field: string; number: string } | undefined {
  for (const field of WISHES) {
    const number = userOf(request, field);
    if (number !== undefined && NUMBER.test(number)) return { field, number };
  }
  return undefined;
}

/** Rules by the names that the profiles give them. */
const reasons: Readonly<Record<string, string>> = {
  'P20 inbound': 'On an inbound call the target sees the original caller (P20).',
  'P20 outbound':
    'On an outbound call the target sees the trunk number that the endpoint used as its caller ID on the original leg (P20).',
  'S2 trunk number':
    'A transfer into the telephone network is a new call of the trunk and shows one of its numbers (S2).',
  'S3 unchanged': 'A transfer to another domain leaves the caller as it was (S3).',
  'TransferCallerId from-transferee': 'The trunk shows the number of whom it moves (TransferCallerId from-transferee).',
  'TransferCallerId from-transferor':
    'The trunk shows the number of who moves the call (TransferCallerId from-transferor).',
};

function userOf(message: SipMessage, field: string): string | undefined {
  const [value = ''] = message.headers.all(field);
  const parsed = parseNameAddr(value);
  return parsed.ok ? numberOf(parsed.value.uri) || undefined : undefined;
}

function digits(number: string): string {
  return number.replaceAll(/\D/g, '');
}
