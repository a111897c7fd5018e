/** D1: REFER got 403. Which rule did it break? */
import { countryName, countryOf } from '../b2bua/country.ts';
import { byEndpoint, read, type Attempt } from './attempt.ts';
import type { Finding } from '../trace/finding.ts';
import { warningOf } from './words.ts';

export function forbidden(attempt: Attempt): Finding | undefined {
  const { answer, refer } = attempt;
  if (answer?.status !== 403 || !byEndpoint(attempt)) return undefined;
  const { rule, text, fix } = brokenRule(attempt);
  return {
    id: 'D1',
    severity: 'error',
    title: `REFER refused with 403: ${rule}`,
    text: `${text} The call goes on as before.`,
    ...(fix === undefined ? {} : { fix }),
    messageSeqs: [answer.seq, refer.seq],
  };
}

function brokenRule(attempt: Attempt): { rule: string; text: string; fix?: string } {
  const { request, facts, answer } = attempt;
  const { profile, account } = facts;
  const verdict = profile.target(request.headers.all('Refer-To'), account);
  const said = answer && warningOf(read(answer));
  if (!verdict.allowed && verdict.status === 403) {
    const isPrivate = verdict.explanation.includes('private');
    return {
      rule: isPrivate ? 'private address' : 'foreign domain',
      text: `Refer-To leads elsewhere than the trunk: ${verdict.explanation} (${verdict.rule}).`,
      ...(verdict.suggestion === undefined ? {} : { fix: `Refer to a number at the trunk: ${verdict.suggestion}` }),
    };
  }
  if (verdict.allowed && verdict.kind === 'pstn') {
    const country = countryOf(verdict.number);
    if (!account.numbers.includes(verdict.number) && (country === undefined || !account.countries.includes(country))) {
      return forbiddenCountry(attempt, verdict.number, country);
    }
  }
  return {
    rule: said === undefined ? 'no reason given' : 'not now',
    text: said === undefined ? 'The response does not say why.' : `The trunk says: ${said}.`,
    ...(said?.includes('nobody to transfer') ? { fix: 'Send REFER once both sides of the call have answered.' } : {}),
  };
}

function forbiddenCountry({ facts }: Attempt, number: string, country: string | undefined) {
  const { account, profile } = facts;
  const rule = 'country not enabled';
  const enabled = `enabled are ${account.countries.join(', ') || 'none'}`;
  if (country === undefined) {
    return {
      rule,
      text: `${number} belongs to no country that could be enabled (${profile.rules.country}); ${enabled}.`,
      fix: 'Refer to a number of an enabled country.',
    };
  }
  return {
    rule,
    text: `${number} is in ${countryName(country)} (${country}), and calls there are not enabled (${profile.rules.country}); ${enabled}.`,
    fix: `Add ${country} to the countries of the trunk.`,
  };
}
