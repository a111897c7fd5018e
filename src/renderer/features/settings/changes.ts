/** Says what differs between two drafts, a line a thing: `Provider: Plivo → Sinch`. */
import { BEHAVIOUR_WORDS, profileName } from '../../store/words.ts';
import { formatNumber } from '../../ui/number.ts';
import { countryName } from './countries.ts';
import {
  LIMITS,
  numbersIn,
  type Account,
  type DomainRow,
  type Draft,
  type Limit,
  type MediaDraft,
  type NumberRow,
  type PartyRow,
} from './draft.ts';

export const LIMIT_WORDS: Readonly<Record<Limit, string>> = {
  concurrentCalls: 'Concurrent calls',
  callsPerSecond: 'New calls per second',
  ringSeconds: 'Ring time in seconds',
  fallbackSeconds: 'Seconds until the fallback rings',
  queueLength: 'Calls that may wait',
  queueSeconds: 'Seconds that one may wait',
  requestsPerSecond: 'SIP requests per second',
  requestsPerSecondPerSource: 'SIP requests per second from one address',
};

export const OVER_RATE_WORDS: Readonly<Record<Draft['overRate'], string>> = {
  refuse: 'get 503',
  queue: 'wait for their turn',
};

export const DEVICES_WORDS: Readonly<Record<Draft['devices'], string>> = {
  newest: 'the newest one',
  all: 'all at once',
  'in-turn': 'one after the other',
};

export function changesOf(before: Draft, after: Draft): string[] {
  return [
    ...changed('Provider', profileName(before.provider), profileName(after.provider)),
    ...changed('Domain', before.domain, after.domain.trim()),
    ...lists('Domain', before.domains.map(domainFacts), after.domains.map(domainFacts)),
    ...changed('Code of a barred country', before.barredCountryCode, after.barredCountryCode),
    ...lists('Number', before.numbers.map(numberFacts), after.numbers.map(numberFacts)),
    ...lists('Network', before.allow.map(networkFacts), after.allow.map(networkFacts)),
    ...lists('User', before.credentials.map(userFacts), after.credentials.map(userFacts)),
    ...after.credentials.flatMap(({ username, password }) =>
      password !== '' && before.credentials.some((old) => old.username === username.trim())
        ? [`User ${username.trim()}: new password`]
        : [],
    ),
    ...changed('Digest algorithms', before.algorithms.join(', '), after.algorithms.join(', ')),
    ...lists('Country', before.countries.map(countryFacts), after.countries.map(countryFacts)),
    ...LIMITS.flatMap((limit) => changed(LIMIT_WORDS[limit], before.limits[limit], after.limits[limit].trim())),
    ...changed('Devices that ring', DEVICES_WORDS[before.devices], DEVICES_WORDS[after.devices]),
    ...changed('Calls over the rate', OVER_RATE_WORDS[before.overRate], OVER_RATE_WORDS[after.overRate]),
    ...mediaChanges(before.media, after.media),
    ...changed('Recording of every call', onOrOff(before.recordTrunk), onOrOff(after.recordTrunk)),
    ...lists(
      'Recorded number',
      numbersIn(before.recordNumbers).map(recordedFacts),
      numbersIn(after.recordNumbers).map(recordedFacts),
    ),
    ...changed('Recording by the API', onOrOff(before.recordByHand), onOrOff(after.recordByHand)),
    ...changed('Days that recordings are kept', before.keepDays, after.keepDays.trim()),
    ...lists('Party', before.parties.map(partyFacts), after.parties.map(partyFacts)),
    ...accountChanges(before.account, after.account),
    ...changed('Seconds for an application', before.webhookSeconds, after.webhookSeconds.trim()),
    ...lists('Network for documents', before.webhookAllow.map(networkFacts), after.webhookAllow.map(networkFacts)),
  ];
}

export const SRTP_WORDS: Readonly<Record<MediaDraft['srtp'], string>> = {
  off: 'off: never encrypted',
  optional: 'optional: where the other side can',
  required: 'required: no call without it',
};

function mediaChanges(before: MediaDraft, after: MediaDraft): string[] {
  const country = ({ country: code }: MediaDraft) => (code === '' ? 'that of the first number' : countryName(code));
  const music = ({ holdMusic }: MediaDraft) => holdMusic.trim() || "the trunk's own";
  return [
    ...changed('Country of the tones', country(before), country(after)),
    ...changed('Hold music', music(before), music(after)),
    ...changed('Codecs', before.codecs, after.codecs.trim()),
    ...changed('Encrypted sound (SRTP)', SRTP_WORDS[before.srtp], SRTP_WORDS[after.srtp]),
    ...changed('Keys looked for in the sound', onOrOff(before.inbandDtmf), onOrOff(after.inbandDtmf)),
    ...changed('Seconds until a far end is lost', before.timeoutSeconds, after.timeoutSeconds.trim()),
    ...changed('Seconds until one on hold is lost', before.heldTimeoutSeconds, after.heldTimeoutSeconds.trim()),
  ];
}

function accountChanges(before: Account, after: Account): string[] {
  const token = after.authToken !== '' ? ['Auth token: new'] : after.forgetToken ? ['Auth token: taken away'] : [];
  return [
    ...changed('Account SID', before.accountSid, after.accountSid.trim()),
    ...token,
    ...changed('Transfer mode', before.transferMode, after.transferMode),
    ...changed('Transfer caller ID', before.transferCallerId, after.transferCallerId),
    ...changed('URL asked about a REFER', before.referUrl, after.referUrl.trim()),
  ];
}

/** A thing of a list: who it is, and what else can change about it. */
interface Facts {
  key: string;
  name: string;
  what: readonly string[];
}

function lists(noun: string, before: readonly Facts[], after: readonly Facts[]): string[] {
  const old = new Map(before.map((facts) => [facts.key, facts]));
  const kept = new Set(after.map(({ key }) => key));
  return [
    ...after.flatMap(({ key, name, what }) => {
      const was = old.get(key);
      if (!was) return [`${noun} added: ${name || '(empty)'}`];
      return what.flatMap((each, i) =>
        each === was.what[i] ? [] : changed(`${noun} ${name}`, was.what[i] ?? '', each),
      );
    }),
    ...before.filter(({ key }) => !kept.has(key)).map(({ name }) => `${noun} removed: ${name}`),
  ];
}

function changed(noun: string, before: string, after: string): string[] {
  return before === after ? [] : [`${noun}: ${before || 'nothing'} → ${after || 'nothing'}`];
}

function numberFacts({ number, primary, fallback, twiml, twimlMethod }: NumberRow): Facts {
  const key = number.trim();
  const application = twiml.trim() === '' ? undefined : `TwiML from ${twiml.trim()}, by ${twimlMethod}`;
  const what = application === undefined ? [primary.trim(), fallback.trim()] : [application, ''];
  return { key, name: formatNumber(key), what };
}

function domainFacts({ domain, provider, numbers }: DomainRow): Facts {
  const key = domain.trim();
  return { key, name: key, what: [profileName(provider), numbersIn(numbers).map(formatNumber).join(', ')] };
}

function recordedFacts(number: string): Facts {
  return { key: number, name: formatNumber(number), what: [] };
}

function onOrOff(on: boolean): string {
  return on ? 'on' : 'off';
}

function networkFacts({ network }: { network: string }): Facts {
  return { key: network.trim(), name: network.trim(), what: [] };
}

function userFacts({ username }: { username: string }): Facts {
  return { key: username.trim(), name: username.trim(), what: [] };
}

function countryFacts(code: string): Facts {
  return { key: code, name: countryName(code), what: [] };
}

function partyFacts({ number, name, behaviour, afterMs, caller }: PartyRow): Facts {
  return {
    key: number.trim(),
    name: name.trim() || formatNumber(number.trim()),
    what: [
      name.trim(),
      BEHAVIOUR_WORDS[behaviour],
      `after ${afterMs.trim()} ms`,
      caller ? 'may place practice calls' : 'is only called',
    ],
  };
}
