/** What a UAS that is also a registrar owes each message of RFC 4475 and RFC 5118, and why. Names are the RFCs' own. */

export interface Outcome {
  readonly section: string;
  /** Final statuses that the RFC's text allows, the one it prefers first; none: it asks for silence. */
  readonly statuses: readonly number[];
  /** In the final response: name of a header field that the status obliges to, and a piece of its value. */
  readonly carries?: readonly [name: string, piece: string];
  /** Over a stream, where framing changes what can be done. */
  readonly tcp?: { readonly statuses: readonly number[]; readonly closed?: boolean };
}

/** The number is nobody's, but the message has been understood. */
const unknownNumber = [404];

const of = (section: string, statuses: readonly number[], more: Partial<Outcome> = {}): Outcome => ({
  section,
  statuses,
  ...more,
});

/** After this the next message on a stream cannot be found. */
const brokenFrame = { statuses: [400], closed: true };

export const rfc4475: Readonly<Record<string, Outcome>> = {
  // Valid: processed.
  // Its To tag names a dialog that is not there (RFC 3261 §12.2.2).
  wsinv: of('3.1.1.1', [481]),
  intmeth: of('3.1.1.2', [405, 501], { carries: ['Allow', 'INVITE'] }),
  esc01: of('3.1.1.3', unknownNumber),
  escnull: of('3.1.1.4', [200], { carries: ['Contact', '%00%00@'] }),
  esc02: of('3.1.1.5', [405, 501], { carries: ['Allow', 'REGISTER'] }),
  lwsdisp: of('3.1.1.6', [200]),
  longreq: of('3.1.1.7', unknownNumber),
  // Only the first request of the datagram; a stream holds both, and then a line feed that begins no message.
  dblreq: of('3.1.1.8', [200], { tcp: { statuses: [200, 404], closed: true } }),
  semiuri: of('3.1.1.9', [200, 404]),
  transports: of('3.1.1.10', [200]),
  mpart01: of('3.1.1.11', [405, 415], { carries: ['Allow', 'INVITE'] }),
  // Responses to nothing that we asked.
  unreason: of('3.1.1.12', []),
  noreason: of('3.1.1.13', []),
  // Invalid.
  badinv01: of('3.1.2.1', [400]),
  clerr: of('3.1.2.2', [400], { tcp: { statuses: [] } }),
  ncl: of('3.1.2.3', [400], { tcp: brokenFrame }),
  scalar02: of('3.1.2.4', [400]),
  scalarlg: of('3.1.2.5', []),
  quotbal: of('3.1.2.6', [400]),
  ltgtruri: of('3.1.2.7', [400]),
  lwsruri: of('3.1.2.8', [400]),
  lwsstart: of('3.1.2.9', [400]),
  trws: of('3.1.2.10', [400]),
  escruri: of('3.1.2.11', [400]),
  baddate: of('3.1.2.12', [404, 400]),
  regbadct: of('3.1.2.13', [400]),
  badaspec: of('3.1.2.14', [400]),
  baddn: of('3.1.2.15', [400]),
  badvers: of('3.1.2.16', [505]),
  mismatch01: of('3.1.2.17', [400]),
  mismatch02: of('3.1.2.18', [501]),
  bigcode: of('3.1.2.19', []),
  // Transaction layer.
  badbranch: of('3.2.1', [200]),
  // Application layer.
  insuf: of('3.3.1', [400]),
  unkscm: of('3.3.2', [416]),
  novelsc: of('3.3.3', [416]),
  unksm2: of('3.3.4', [400, 404]),
  bext01: of('3.3.5', [420], { carries: ['Unsupported', 'nothingSupportsThisEither'] }),
  invut: of('3.3.6', [415], { carries: ['Accept', 'application/sdp'] }),
  regaut01: of('3.3.7', [200, 401]),
  multi01: of('3.3.8', [400]),
  mcl01: of('3.3.9', [400], { tcp: brokenFrame }),
  bcast: of('3.3.10', []),
  // We forward nothing, so nothing is exceeded.
  zeromf: of('3.3.11', [200]),
  cparam01: of('3.3.12', [200], { carries: ['Contact', 'sip:+19725552222@gw1.example.net'] }),
  cparam02: of('3.3.13', [200], { carries: ['Contact', '<sip:+19725552222@gw1.example.net;unknownparam>'] }),
  regescrt: of('3.3.14', [200], { carries: ['Contact', '?Route=%3Csip:sip.example.com%3E>'] }),
  sdp01: of('3.3.15', [406], { carries: ['Accept', 'application/sdp'] }),
  // A stream needs Content-Length, which RFC 2543 did not ask for.
  inv2543: of('3.4.1', unknownNumber, { tcp: brokenFrame }),
};

export const rfc5118: Readonly<Record<string, Outcome>> = {
  'ipv6-good': of('4.1', [200], { carries: ['Contact', 'sip:caller@[2001:db8::1]'] }),
  'ipv6-bad': of('4.2', [400]),
  'port-ambiguous': of('4.3', [200]),
  'port-unambiguous': of('4.4', [200]),
  'via-received-param-with-delim': of('4.5', [481]),
  'via-received-param-no-delim': of('4.5', [200]),
  'ipv6-in-sdp': of('4.6', unknownNumber),
  'mult-ip-in-header': of('4.7', [481]),
  'mult-ip-in-sdp': of('4.8', unknownNumber),
  'ipv4-mapped-ipv6': of('4.9', unknownNumber),
  'ipv6-bug-abnf-3-colons': of('4.10', [200]),
  'ipv6-correct-abnf-2-colons': of('4.10', [200]),
};
