import { printUri, type SipUri } from '../../message/index.ts';

/** What of a Refer-To may stand in a Request-URI: no headers and no method (RFC 3261 §19.1.1). */
export function requestUriOf(uri: SipUri): string {
  const params = new Map(uri.params);
  params.delete('method');
  return printUri({ ...uri, params, headers: [] });
}
