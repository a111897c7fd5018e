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

/** First byte of U+2028 and U+2029, which end a line for a regular expression. */
const LINE_SEPARATOR = 0xe2;
/** Makes a letter lower case; what other characters become does not matter as long as it is always the same. */
const LOWER = 0x20;
const EQUALS = 61;
const [TAB, LF, CR, SPACE, QUOTE, COLON, LESS, GREATER, AT] = [9, 10, 13, 32, 34, 58, 60, 62, 64];

/** The bytes that `mayHoldSecrets` has to look at; nine of ten are none. */
const TELLING = new Uint8Array(256);
for (const byte of [TAB, LF, CR, SPACE, QUOTE, COLON, LESS, GREATER, AT, EQUALS, LINE_SEPARATOR]) TELLING[byte] = 1;

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

/**
 * Whether `redact` might change the text of these bytes: one quick look, which most messages pass. It may say yes to a
 * text that holds no secret, never no to one that does.
 */
export function mayHoldSecrets(bytes: Uint8Array): boolean {
  let colons = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (TELLING[byte] === 0) continue;
    switch (byte) {
      case COLON:
        colons += 1;
        break;
      case AT:
        if (colons > 1) return true;
        break;
      case EQUALS:
        if (SECRET_ENDS.has(pair(bytes, i - 2))) return true;
        break;
      case LF:
      case CR:
        if (beginsSecret(bytes, i + 1)) return true;
        colons = 0;
        break;
      case LINE_SEPARATOR:
        return true;
      case TAB:
      case SPACE:
      case QUOTE:
      case LESS:
      case GREATER:
        colons = 0;
        break;
      default:
    }
  }
  return beginsSecret(bytes, 0);
}

function beginsSecret(bytes: Uint8Array, at: number): boolean {
  const two = pair(bytes, at);
  return LINES.has(two) || (two === ATTRIBUTE && ATTRIBUTES.has(pair(bytes, at + 2)));
}

/** Two bytes as one number, letters in lower case. */
function pair(bytes: Uint8Array, at: number): number {
  return (((bytes[at] ?? 0) | LOWER) << 8) | ((bytes[at + 1] ?? 0) | LOWER);
}

const pairOf = (text: string): number => (text.charCodeAt(0) << 8) | text.charCodeAt(1);

/** How the names before `=` in URI_SECRET end. */
const SECRET_ENDS: ReadonlySet<number> = new Set(['en', 'rd', 'wd', 'et', 'ey', 'on'].map(pairOf));
/** How lines of CREDENTIALS begin: `authori…`, `authenti…`, `proxy-…`; and `k=` of SDP_SECRET. */
const LINES: ReadonlySet<number> = new Set(['au', 'pr', 'k='].map(pairOf));
const ATTRIBUTE = pairOf('a=');
/** `crypto` and `ice-pwd` of SDP_SECRET. */
const ATTRIBUTES: ReadonlySet<number> = new Set(['cr', 'ic'].map(pairOf));

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
