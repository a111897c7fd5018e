/** Passwords inside URIs: they open something, so they are for whoever is addressed and for nobody who looks on. */
import { isSipUri, parseUri, printUri } from './uri.ts';
import type { SipUri } from './parts.ts';

/** What stands for a password that is not shown. */
const HIDDEN_PASSWORD = '***';

/**
 * A sip, sips, http or https URI with its password hidden; any other text, and a URI without a password, as it is.
 */
export function hidePassword(text: string): string {
  const sip = sipWithPassword(text);
  if (sip) return printUri({ ...sip, password: HIDDEN_PASSWORD });
  const web = /^https?:/i.test(text) ? URL.parse(text) : null;
  if (!web || web.password === '') return text;
  web.password = HIDDEN_PASSWORD;
  return web.href;
}

/** A SIP URI without its password; any other text as it is. */
export function withoutPassword(text: string): string {
  const uri = sipWithPassword(text);
  if (!uri) return text;
  const { password: _, ...rest } = uri;
  return printUri(rest);
}

/** Is the password of the URI one that was hidden? */
export function isPasswordHidden(text: string): boolean {
  return text.includes(`:${HIDDEN_PASSWORD}@`) && hidePassword(text) === text;
}

function sipWithPassword(text: string): SipUri | undefined {
  const parsed = /^sips?:/i.test(text) ? parseUri(text) : undefined;
  if (!parsed?.ok || !isSipUri(parsed.value) || parsed.value.password === undefined) return undefined;
  return parsed.value;
}
