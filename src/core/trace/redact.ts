/**
 * Takes the secrets out of a SIP message, so that its text can be shown, stored and sent to somebody else.
 *
 * Hidden: digest responses and what helps to guess the password behind them, other schemes' credentials, passwords
 * and tokens in URIs, media keys. Kept: who authenticates where (username, realm, algorithm, uri, qop), since that
 * is what one looks for when authentication fails.
 *
 * Every pass is linear in the text: a message is written by whoever sends it.
 */

const HIDDEN = '[redacted]';

/** A field with its folded lines. Not `.`, which would stop at a lone CR and let the rest go by. */
const CREDENTIALS = /^((?:proxy-)?authorization|(?:proxy-)?authentication-info)([ \t]*:)((?:[^\n]|\n[ \t])*)/gim;
/** Anything else in its place might be the secret itself. */
const KNOWN_SCHEME = /(?<=^\s*)(?:digest|basic|bearer)(?=\s)/i;
const AUTH_PARAM = /(?<![\w-])([\w-]+)[ \t]*=[ \t]*("(?:[^"\\]|\\.)*"|[^\s,"]+)/g;
const SHOWN_PARAMS = new Set(['username', 'realm', 'algorithm', 'uri', 'qop']);

const URI_TEXT = /[^\s<>"]+/g;
const URI_SCHEME = /\b(?:sips?|https?|wss?):(?:\/\/)?/gi;
/** More `@`s before the host ends: a password that should have been escaped. */
const STRAY_PASSWORD = /(?:[^\s;?,/@<>"]*@)*/y;
const URI_SECRET =
  /([?&;](?:access_?token|token|password|passwd|secret|api_?key|(?:proxy-)?authorization)=)[^&;\s<>",]+/gi;

/** SRTP keys (RFC 4568 §6.1), the ICE password (RFC 8839 §5.4), SDP keys (RFC 4566 §5.12). */
const SDP_SECRET = /^(a=crypto:[^\r\n]*?\binline:|a=ice-pwd:|k=(?:clear|base64|uri):)[^\r\n]*/gim;

const [TAB, LF, CR, SPACE, QUOTE, COLON, LESS, GREATER, AT] = [9, 10, 13, 32, 34, 58, 60, 62, 64];

export function redact(text: string): string {
  const shown = text
    .replace(CREDENTIALS, (_, name: string, colon: string, value: string) => {
      const end = value.endsWith('\r') ? '\r' : '';
      return `${name}${colon} ${hideCredentials(name, value)}${end}`;
    })
    .replace(URI_SECRET, `$1${HIDDEN}`)
    .replace(SDP_SECRET, `$1${HIDDEN}`);
  return mayHoldPassword(shown) ? shown.replace(URI_TEXT, hideUserinfo) : shown;
}

/** Whether some piece has two colons before an `@`, as `sip:user:password@host` does; few messages have. */
function mayHoldPassword(text: string): boolean {
  let colons = 0;
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case COLON:
        colons += 1;
        break;
      case AT:
        if (colons > 1) return true;
        break;
      case TAB:
      case LF:
      case CR:
      case SPACE:
      case QUOTE:
      case LESS:
      case GREATER:
        colons = 0;
        break;
    }
  }
  return false;
}

/** Builds the value anew from the parameters that may be shown: what is not understood is not shown either. */
function hideCredentials(name: string, value: string): string {
  const bare = /info$/i.test(name);
  const scheme = bare ? '' : (KNOWN_SCHEME.exec(value)?.[0] ?? '');
  if (!bare && scheme.toLowerCase() !== 'digest') return `${scheme} ${HIDDEN}`.trimStart();
  const params: string[] = [];
  for (const [, param = '', shown = ''] of value.matchAll(AUTH_PARAM)) {
    params.push(`${param}=${SHOWN_PARAMS.has(param.toLowerCase()) ? shown : HIDDEN}`);
  }
  return `${scheme} ${params.join(', ')}`.trimStart();
}

/** `sip:user:password@host` and the like; the piece holds no blanks, but maybe several URIs. */
function hideUserinfo(piece: string): string {
  if (!piece.includes('@')) return piece;
  let out = '';
  let done = 0;
  for (const { index, 0: scheme } of piece.matchAll(URI_SCHEME)) {
    const start = index + scheme.length;
    if (start < done) continue;
    const at = piece.indexOf('@', start);
    if (at < 0) break;
    const colon = piece.indexOf(':', start);
    if (colon < 0) break;
    if (colon > at) continue;
    STRAY_PASSWORD.lastIndex = at + 1;
    const stray = STRAY_PASSWORD.exec(piece)?.[0].length ?? 0;
    out += `${piece.slice(done, colon + 1)}${HIDDEN}@`;
    done = at + 1 + stray;
  }
  return out + piece.slice(done);
}
