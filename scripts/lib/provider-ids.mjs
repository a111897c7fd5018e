/**
 * The provider behaviours that the trunk reproduces, in a few words each. The id stands in the title of every
 * test that proves it.
 * @type {readonly (readonly [id: string, what: string])[]}
 */
export const providerIds = [
  ['P1', 'REFER works on calls in both directions'],
  ['P2', 'form of the REFER: trunk contact, Refer-To in the trunk domain'],
  ['P3', '202, then at once NOTIFY 100'],
  ['P4', 'a new INVITE to the target'],
  ['P5', 'target rings: NOTIFY 180'],
  ['P6', 'target answers: NOTIFY 200, terminated;reason=noresource'],
  ['P7', 'then the trunk sends BYE; caller and target talk on'],
  ['P8', 'after NOTIFY 200 the endpoint may hang up itself'],
  ['P9', 'a BYE of the endpoint before NOTIFY 200 drops the caller'],
  ['P10', 'an unanswered NOTIFY ends the subscription, not the transfer'],
  ['P11', 'the call stays up while the transfer is pending'],
  ['P12', 'NOTIFYs go to the Contact of the endpoint'],
  ['P13', 'missing or malformed Refer-To: 400'],
  ['P14', 'foreign domain: 403'],
  ['P15', 'private address: 403'],
  ['P16', 'country that is not enabled: 403'],
  ['P17', 'busy 486, no answer 408, others as they came'],
  ['P18', 'after a failure the caller is still there; the endpoint can REFER again'],
  ['P19', 'after the transfer either hang-up ends the whole call'],
  ['P20', 'caller ID that the target sees'],
  ['P21', 'UDP, TCP and TLS on each leg independently'],
  ['P22', 'codecs are converted between the legs'],
  ['P23', 'ring-back for the caller while the target rings'],
  ['P24', 'chained and competing transfers'],
  ['P25', 'capacity and calls per second: 503 with Retry-After'],
  ['P26', 'two records, one session id'],
  ['P27', 'records are final at once, or after a delay'],
  ['P28', 'what is recorded, and when it stops'],
  ['P29', 'access list, credentials, primary and fallback URI'],
  ['P30', 'REFER whatever flow put the call there'],
  ['P31', 'trace, hangup cause and source of every ended leg'],
  ['P32', 'transfer by an HTTP request, without REFER'],
  ['S1', 'REFER accepted in both directions: 202, new INVITE'],
  ['S2', 'same domain: a new outbound call under its rules'],
  ['S3', 'other domain: forwarded there without restrictions'],
  ['S4', 'the record says whether the leg is billable'],
  ['S5', 'the referred call is a second record, marked'],
  ['T1', 'a document sends REFER: from the webhook of the number, or for a live call'],
  ['T2', 'action and method of <Refer>'],
  ['T3', 'headers in the URI of <Sip> reach Refer-To and the new INVITE'],
  ['T4', 'the NOTIFYs are read and reported to action'],
  ['T5', 'success: in-progress, 202, 200'],
  ['T6', 'the new call fails: busy, no-answer or failed, 202, the last code'],
  ['T7', 'REFER refused: failed, its code'],
  ['T8', 'the caller hangs up before the end: canceled, 202, the last code'],
  ['T9', 'a parameter with nothing to report is left out'],
  ['T10', 'without action the next verb runs, or the call ends'],
  ['T11', 'on a leg that is not SIP it is an error'],
  ['T12', 'the verb ends with a final NOTIFY, the subscription or the call'],
  ['T13', 'a failed transfer leaves the call with the application'],
  ['T14', 'the console as the endpoint follows, reports and releases, or declines'],
  ['D1', '403: which rule was broken'],
  ['D2', '400: which part of Refer-To is wrong'],
  ['D3', 'caller gone: the BYE came before NOTIFY 200'],
  ['D4', 'no NOTIFY got through: both addresses'],
  ['D5', "the target's own answer, and that the caller is there"],
  ['D6', 'no audio: codecs and packets of both legs'],
  ['D7', 'unexpected caller ID: which rule set it'],
];

const known = new Set(providerIds.map(([id]) => id));

const ID = /\b([PSDT]\d+)\b(?:\s*(?:to|–|-)\s*([PSDT]\d+)\b)?/g;
/** T1 and T2 are also the timers of SIP: a T counts only among ids before a colon. */
const LABEL = /(?:^|[>:] )((?:[PSDT]\d+(?:, | and | to |–|-)?)+)(?=:)/g;

/** Ids that a test's title names; `P1 to P7` and `P1–P7` name all between. */
export function idsIn(title) {
  const labels = [...title.matchAll(LABEL)].map(([, label]) => label).join(' ');
  const named = [...title.matchAll(ID)].filter(([id]) => !id.startsWith('T')).concat([...labels.matchAll(ID)]);
  const found = new Set();
  for (const [, from, to] of named) {
    const last = to !== undefined && to[0] === from[0] ? Number(to.slice(1)) : Number(from.slice(1));
    for (let number = Number(from.slice(1)); number <= last; number += 1) found.add(`${from[0]}${number}`);
  }
  return [...found].filter((id) => known.has(id));
}
