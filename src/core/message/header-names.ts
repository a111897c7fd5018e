/** Canonical names of the header fields we know, with their compact forms (RFC 3261 §20, RFC 3515, RFC 6665, RFC 4028, RFC 3892, …). */
const known: readonly (readonly [name: string, compact?: string])[] = [
  ['Via', 'v'],
  ['From', 'f'],
  ['To', 't'],
  ['Call-ID', 'i'],
  ['CSeq'],
  ['Contact', 'm'],
  ['Max-Forwards'],
  ['Route'],
  ['Record-Route'],
  ['Content-Type', 'c'],
  ['Content-Length', 'l'],
  ['Content-Encoding', 'e'],
  ['Content-Disposition'],
  ['Content-Language'],
  ['Allow'],
  ['Allow-Events', 'u'],
  ['Supported', 'k'],
  ['Unsupported'],
  ['Require'],
  ['Proxy-Require'],
  ['User-Agent'],
  ['Server'],
  ['Expires'],
  ['Min-Expires'],
  ['Session-Expires', 'x'],
  ['Min-SE'],
  ['Event', 'o'],
  ['Subscription-State'],
  ['Refer-To', 'r'],
  ['Referred-By', 'b'],
  ['Refer-Sub'],
  ['Replaces'],
  ['Join'],
  ['Target-Dialog'],
  ['Reason'],
  ['Retry-After'],
  ['RAck'],
  ['RSeq'],
  ['Authorization'],
  ['Proxy-Authorization'],
  ['WWW-Authenticate'],
  ['Proxy-Authenticate'],
  ['Authentication-Info'],
  ['P-Asserted-Identity'],
  ['P-Preferred-Identity'],
  ['Privacy'],
  ['Diversion'],
  ['History-Info'],
  ['User-to-User'],
  ['Accept'],
  ['Accept-Encoding'],
  ['Accept-Language'],
  ['Accept-Contact', 'a'],
  ['Reject-Contact', 'j'],
  ['Request-Disposition', 'd'],
  ['Alert-Info'],
  ['Call-Info'],
  ['Error-Info'],
  ['Date'],
  ['In-Reply-To'],
  ['MIME-Version'],
  ['Organization'],
  ['Path'],
  ['Priority'],
  ['Reply-To'],
  ['Service-Route'],
  ['SIP-ETag'],
  ['SIP-If-Match'],
  ['Subject', 's'],
  ['Timestamp'],
  ['Warning'],
  ['Identity', 'y'],
];

/** Fields whose grammar is a comma-separated list. Not those where commas separate parameters or are plain text. */
const lists: ReadonlySet<string> = new Set([
  'Via',
  'Contact',
  'Route',
  'Record-Route',
  'Allow',
  'Allow-Events',
  'Supported',
  'Unsupported',
  'Require',
  'Proxy-Require',
  'Content-Encoding',
  'Content-Language',
  'Accept',
  'Accept-Encoding',
  'Accept-Language',
  'Accept-Contact',
  'Reject-Contact',
  'Request-Disposition',
  'Alert-Info',
  'Call-Info',
  'Error-Info',
  'In-Reply-To',
  'P-Asserted-Identity',
  'P-Preferred-Identity',
  'Diversion',
  'History-Info',
  'User-to-User',
  'Path',
  'Service-Route',
  'Reason',
  'Warning',
]);

/** Names that share a length, a first and a last letter, whatever the case: hardly ever more than one. Longer names than these are unknown. */
const longest = 31;
const byShape = Array<readonly string[] | undefined>(2048).fill(undefined);
/** Compact forms by their letter, whatever its case. */
const byLetter = Array<string | undefined>(32).fill(undefined);

for (const [name, compact] of known) {
  const shape = shapeAt(name, 0, name.length);
  byShape[shape] = [...(byShape[shape] ?? []), name];
  if (compact !== undefined) byLetter[compact.charCodeAt(0) & 31] = name;
}

/** The lowest five bits of a letter are its place in the alphabet; what else has the same bits is told apart by comparison. */
function shapeAt(text: string, start: number, end: number): number {
  return ((end - start) * 32 + (text.charCodeAt(start) & 31) * 9 + (text.charCodeAt(end - 1) & 31) * 5) & 2047;
}

/**
 * The canonical name when text[start, end) is a header field we know, whatever its letter case and be it the compact form; else undefined.
 * Names are recognised in place: none has to be cut out and hashed.
 */
export function knownNameAt(text: string, start: number, end: number): string | undefined {
  const length = end - start;
  if (length <= 1)
    return length === 1 && isLetter(text.charCodeAt(start)) ? byLetter[text.charCodeAt(start) & 31] : undefined;
  if (length > longest) return undefined;
  const candidates = byShape[shapeAt(text, start, end)];
  if (candidates === undefined) return undefined;
  for (const name of candidates) if (name.length === length && sameLetters(name, text, start)) return name;
  return undefined;
}

const canonical = new Map<string, string>(known.map(([name]) => [name, name]));

/** As `knownNameAt` for a name on its own. Code asks by canonical names, which know their own hash. */
export function knownName(name: string): string | undefined {
  return canonical.get(name) ?? knownNameAt(name, 0, name.length);
}

/** Whether the text has this name at `start`, ASCII letters of either case being the same. */
export function sameLetters(name: string, text: string, start: number): boolean {
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i);
    const difference = code ^ text.charCodeAt(start + i);
    if (difference !== 0 && (difference !== 32 || !isLetter(code))) return false;
  }
  return true;
}

function isLetter(code: number): boolean {
  const lower = code | 32;
  return code < 128 && lower >= 97 && lower <= 122;
}

/** @param name canonical */
export function isList(name: string): boolean {
  return lists.has(name);
}
