/** Credentials that were given for one host, and the realm that they belong to (W16). */
import { isIP } from 'node:net';
import type { CredentialsFor } from './digest-client.ts';

/**
 * Whoever gives credentials for a host does not know its realm: it is that of the first challenge from there, and no other
 * one gets them, since a challenge may come from somebody behind that host. A realm that is the name of another host is not
 * taken for the one that is meant. *Chosen here*; RFC 3261 §22.3 leaves it to the user.
 * @param host of the URI that the credentials were given for
 */
export function credentialsAt(
  host: string,
  credentials: { readonly username: string; readonly password: string },
): CredentialsFor {
  let realm: string | undefined;
  return (asked) => {
    if (realm === undefined && mayBeRealmOf(asked.toLowerCase(), host.toLowerCase())) realm = asked;
    return asked === realm ? credentials : undefined;
  };
}

/** Realms are free text (`asterisk`); one that looks like a host name has to be that host, or of the same domain. */
function mayBeRealmOf(realm: string, host: string): boolean {
  const isName = /^[a-z\d-]+(?:\.[a-z\d-]+)+$/.test(realm) && isIP(realm) === 0;
  if (!isName || isIP(host) !== 0 || host === 'localhost') return true;
  return isWithin(realm, host) || isWithin(host, realm) || isWithin(realm, parentOf(host));
}

function isWithin(name: string, domain: string): boolean {
  return domain !== '' && (name === domain || name.endsWith(`.${domain}`));
}

/** The domain that a host is in; none for one directly below a top-level domain. */
function parentOf(host: string): string {
  const parent = host.slice(host.indexOf('.') + 1);
  return parent.includes('.') ? parent : '';
}
