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

/** As written → canonical. The usual spellings are found at once; any other letter case by its lower case form. */
const canonical = new Map<string, string>();
for (const [name, compact] of known) {
  canonical.set(name, name);
  canonical.set(name.toLowerCase(), name);
  if (compact !== undefined) {
    canonical.set(compact, name);
    canonical.set(compact.toUpperCase(), name);
  }
}

/** Canonical names by length and first letter: seldom more than two share both. */
const byShape: string[][] = [];
for (const [name] of known) (byShape[shapeOf(name.length, name.charCodeAt(0))] ??= []).push(name);

function shapeOf(length: number, first: number): number {
  return length * 128 + first;
}

/**
 * As `knownName` for text[start, end). Most equipment writes the canonical names: these are recognised in place,
 * without a string of their own to be cut out and hashed.
 */
export function knownNameAt(text: string, start: number, end: number): string | undefined {
  const candidates = byShape[shapeOf(end - start, text.charCodeAt(start))];
  if (candidates !== undefined) {
    for (const name of candidates) if (text.startsWith(name, start)) return name;
  }
  return knownName(text.slice(start, end));
}

/** The canonical name of a header field we know, whatever its letter case and be it the compact form; else undefined. */
export function knownName(name: string): string | undefined {
  return canonical.get(name) ?? canonical.get(name.toLowerCase());
}

/** @param name canonical */
export function isList(name: string): boolean {
  return lists.has(name);
}
