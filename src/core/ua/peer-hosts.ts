import { isSipUri, parseUri, parseVia } from '../message/index.ts';
import type { InSession } from './in-session.ts';

/**
 * Hosts that a peer's signalling names: where it comes from, its Contact, and what the proxies on its way wrote into Via
 * (`received`, RFC 3261 §18.2.1). A peer behind a NAT sends its media from one of them, whatever its description says.
 */
export function peerHosts(session: InSession): string[] {
  const { peer, dialog, incoming } = session;
  const target = dialog ? parseUri(dialog.remoteTarget) : undefined;
  const vias = (incoming?.request.headers.all('Via') ?? []).flatMap((text) => {
    const via = parseVia(text);
    return via.ok ? [via.value.host, via.value.params.get('received') ?? ''] : [];
  });
  return [peer.host, target?.ok && isSipUri(target.value) ? target.value.host : '', ...vias].filter(Boolean);
}
