/** Where HTTP requests may go: what `address/egress.ts` says, with the hosts and ports of the URLs that the configuration names. */
import { egressGuard, type Egress, type Place } from '../address/egress.ts';

interface GuardOptions {
  /** URLs that the configuration itself names: their host and port may be anywhere. */
  readonly urls: () => Iterable<string>;
  /** `webhooks.allow`: networks (`address` or `address/prefix`) that documents may lead to. */
  readonly allow: () => readonly string[];
}

export function destinationGuard({ urls, allow }: GuardOptions): Egress {
  return egressGuard({ named: () => placesOf(urls()), allow });
}

function* placesOf(urls: Iterable<string>): Iterable<Place> {
  for (const each of urls) {
    const url = URL.parse(each);
    if (url !== null) yield { host: hostOf(url), port: portOf(url) };
  }
}

/** The host of a URL: a name, or an address without brackets. */
export function hostOf(url: URL): string {
  return url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname;
}

export function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port);
  return url.protocol === 'https:' ? 443 : 80;
}
