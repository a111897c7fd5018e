export { createRequest, createResponse } from './build.ts';
export { checkRequest, checkResponse } from './check.ts';
export { parseAuthentication, printChallenge, printCredentials } from './credentials.ts';
export { parseEvent, parseSeconds, parseSubscriptionState, printSubscriptionState } from './event.ts';
export {
  parseContacts,
  parseDate,
  parseDisposition,
  parseMediaType,
  parsePrivacy,
  parseRAck,
  parseRSeq,
  parseRetryAfter,
  parseSessionExpires,
  parseUserToUser,
  printDate,
} from './fields.ts';
export { parseCSeq } from './head.ts';
export { Headers } from './headers.ts';
export { SipRequest, SipResponse, bodyText, readHead } from './message.ts';
export type { SipMessage } from './message.ts';
export { parseMultipart } from './multipart.ts';
export { parseNameAddr, parseNameAddrList, printNameAddr } from './name-addr.ts';
export type { NameAddr } from './parts.ts';
export type { Params } from './params.ts';
export { parseMessage } from './parse.ts';
export type { ParseFailure } from './parse.ts';
export { E164, e164Of, numberOf, subscriberOf } from './number.ts';
export { printMessage } from './print.ts';
export { explained, phraseOf } from './problem.ts';
export type { Problem } from './problem.ts';
export { parseReason, printReason } from './reason-header.ts';
export { reasonPhrase } from './reasons.ts';
export { parseReplaces, printReplaces } from './replaces.ts';
export { err, ok } from './result.ts';
export type { Result } from './result.ts';
export { sameHost } from './host.ts';
export { isSipUri, parseUri, printUri, sameUri, sipUri, uriKey } from './uri.ts';
export type { SipUri, Uri } from './parts.ts';
export { hidePassword, isPasswordHidden, withoutPassword } from './userinfo.ts';
export { detached } from './text.ts';
export { parseVia, printVia } from './via.ts';
export type { Via } from './parts.ts';
export { printWarning } from './warning.ts';
