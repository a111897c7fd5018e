/**
 * Where the words of somebody else may lead the trunk: documents, redirects, Refer-To, the API. One rule for HTTP and for SIP
 * (W16): to public addresses, to the places that the configuration names, and to networks that it allows.
 */
import { isPublic, networks, type Networks } from './ranges.ts';

/** A host as it is written, and a port. */
export interface Place {
  readonly host: string;
  readonly port: number;
}

export interface EgressOptions {
  /** Places that the configuration itself names: their addresses may be anywhere. */
  readonly named: () => Iterable<Place>;
  /** `webhooks.allow`: networks (`address` or `address/prefix`) that need not be public. */
  readonly allow: () => readonly string[];
}

/**
 * Asked for every connection and call, with the addresses that are then used.
 * @param addresses what `host` stands for: itself when it is an address
 */
export type Egress = (host: string, port: number, addresses: readonly string[]) => boolean;

export function egressGuard({ named, allow }: EgressOptions): Egress {
  let listed: readonly string[] | undefined;
  let allowed: Networks = () => false;
  return (host, port, addresses) => {
    const list = allow();
    if (list !== listed) {
      allowed = networks(list);
      listed = list;
    }
    if (addresses.length > 0 && addresses.every((each) => isPublic(each) || allowed(each))) return true;
    for (const each of named()) if (each.host === host && each.port === port) return true;
    return false;
  };
}
