import type { Hop } from './redirect.ts';
import { signature } from './signature.ts';

/** The form of a POST; a GET has none. */
export function bodyOf(hop: Hop): string | undefined {
  return hop.method === 'POST'
    ? new URLSearchParams(hop.form.map(([name, value]) => [name, value])).toString()
    : undefined;
}

/** The header fields of one hop; each hop is signed for its own URL. */
export function headersOf(hop: Hop, own: { userAgent: string; id: string; token: string | undefined }) {
  const { url } = hop;
  const body = bodyOf(hop);
  const headers: Record<string, string> = {
    'User-Agent': own.userAgent,
    Accept: '*/*',
    'Accept-Encoding': 'identity',
    'I-Twilio-Idempotency-Token': own.id,
  };
  if (body !== undefined) {
    headers['Content-Type'] = 'application/x-www-form-urlencoded; charset=UTF-8';
    headers['Content-Length'] = String(Buffer.byteLength(body));
  }
  if (own.token !== undefined) {
    const bare = `${url.protocol}//${url.host}${url.pathname}${url.search}`;
    headers['X-Twilio-Signature'] = signature(bare, hop.form, own.token);
  }
  if (url.username !== '' || url.password !== '') headers['Authorization'] = basic(url);
  return headers;
}

/** RFC 7617. */
function basic(url: URL): string {
  const pair = `${unescaped(url.username)}:${unescaped(url.password)}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
