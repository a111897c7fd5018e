/** The cases of RFC 4475 and RFC 5118 in messages of our own, written after the sections that describe them. */
import { lines, wire } from '../message/wire.ts';

interface OwnMessage {
  readonly bytes: Buffer;
  /** In place of what the RFC's own message has in its response. */
  readonly carries?: readonly [name: string, piece: string];
}

const options = 'OPTIONS sip:ben@example.com SIP/2.0';
const invite = 'INVITE sip:ben@example.com SIP/2.0';
const register = 'REGISTER sip:example.com SIP/2.0';
/** Of a user that the registrar knows. */
const user = '<sip:user@example.com>';
const sdp = [
  'v=0',
  'o=a 1 1 IN IP4 192.0.2.7',
  's=-',
  'c=IN IP4 192.0.2.7',
  't=0 0',
  'm=audio 4000 RTP/AVP 0',
  '',
].join('\r\n');

type Changes = Record<string, string | null>;

/** With the length of its body, unless the case is about that, and a Call-ID of its own. */
function message(name: string, startLine: string, changes: Changes = {}, body = '', extra: string[] = []): Buffer {
  const fields: Changes = {
    Via: `SIP/2.0/UDP desk.example.com;branch=z9hG4bK-${name}`,
    'Call-ID': `${name}@desk.example.com`,
    ...(body === sdp ? { Contact: '<sip:anna@desk.example.com>', 'Content-Type': 'application/sdp' } : {}),
    'Content-Length': String(Buffer.byteLength(body)),
    ...changes,
  };
  return wire([...lines(startLine, fields), ...extra], body);
}

const own = (bytes: Buffer, carries?: OwnMessage['carries']): OwnMessage => ({ bytes, ...(carries && { carries }) });

export const ownMessages: Readonly<Record<string, OwnMessage>> = {
  wsinv: own(
    message(
      'wsinv',
      'INVITE sip:carl@desk.example.com;odd SIP/2.0',
      {
        Via: null,
        From: '"Q \\\\\\""   <sip:anna@example.com>\r\n  ;\r\n tag =  a1',
        To: '\r\n sip:carl@desk.example.com ;  tag   = 77n',
        'Max-Forwards': '0068',
        CSeq: '0009\r\n  INVITE',
        'X-Odd': ';;,,;;,;',
      },
      sdp,
      [
        'via  : SIP  /   2.0\r\n /UDP\r\n   192.0.2.2;branch=oldstyle',
        'v:  SIP / 2.0 / TCP   far.example.com  ;\r\n branch = z9hG4bKx ,\r\n SIP / 2.0 / UDP 192.168.255.1 ; branch=\r\n z9hG4bKy',
        's :',
      ],
    ),
  ),
  intmeth: own(
    message("odd!%*_+`'~.-", "odd!%*_+`'~.- sip:1~(be!)&isn't+$/?,/;;*:&a=1,b!*p$w~d(n't)@example.com SIP/2.0", {
      From: "tok~` tok'+_ <sip:anna@example.com>;odd''~+*_!.-%=\"\u00e4\u0416\";tag=_t~1'+`*%!-.",
      To: '"\\\u0007\\\u007f" <sip:ben@example.com>',
      'Max-Forwards': '255',
    }),
  ),
  esc01: own(
    message(
      'esc01',
      'INVITE sip:sips%3Aben%40x@example.com SIP/2.0',
      { From: '<sip:with%20blank@example.com>;tag=9', Contact: '<sip:%61nna@desk.example.com;%6C%72;n%61=v%25%34>' },
      sdp,
    ),
  ),
  escnull: own(
    message('escnull', register, {
      From: '<sip:null-%00-null@example.com>;tag=1',
      To: '<sip:null-%00-null@example.com>',
      Contact: '<sip:%00@desk.example.com>',
    }),
    ['Contact', '<sip:%00@desk.example.com>'],
  ),
  esc02: own(
    message('esc02', 'RE%47ISTER sip:example.com SIP/2.0', { To: '"%Z%45" <sip:user@example.com>' }, '', [
      'C%6Fntact: <sip:b@desk.example.com>',
    ]),
  ),
  lwsdisp: own(message('lwsdisp', options, { From: 'anna<sip:anna@example.com>;tag=3' })),
  longreq: own(
    message(
      'longreq',
      invite,
      { 'X-Long': `${'long'.repeat(300)}; x=${'y'.repeat(600)}`, 'Call-ID': 'really'.repeat(40) },
      sdp,
      Array.from({ length: 34 }, (_, hop) => `${hop % 2 ? 'V ' : 'via'}: SIP/2.0/TCP sip${hop}.example.com`),
    ),
  ),
  dblreq: own(
    Buffer.concat([
      message('dblreq', register, { To: user, Contact: '<sip:user@desk.example.com>' }),
      Buffer.from('\r\n'),
      message('dblreq-2', invite, { 'Content-Length': String(sdp.length - 1) }, sdp),
      Buffer.from('\r\n'),
    ]),
  ),
  semiuri: own(message('semiuri', 'OPTIONS sip:ben;par=u%40x@example.com SIP/2.0')),
  transports: own(
    message('transports', options, {}, '', [
      'Via: SIP/2.0/SCTP t2.example.com;branch=z9hG4bKa',
      'Via: SIP/2.0/UNKNOWN t4.example.com;branch=z9hG4bKb',
    ]),
  ),
  mpart01: own(
    message(
      'mpart01',
      'MESSAGE sip:ben@example.com SIP/2.0',
      { 'Content-Type': 'multipart/mixed;boundary=cut' },
      '--cut\r\nContent-Type: text/plain\r\n\r\nHi\r\n--cut\r\n\r\n\u0000\u0001\r\n--cut--',
    ),
  ),
  unreason: own(message('unreason', 'SIP/2.0 200 = 2**3 * 5**2 \u0441\u0442\u043e', { CSeq: '35 INVITE' })),
  noreason: own(message('noreason', 'SIP/2.0 100 ', { CSeq: '35 INVITE' })),
  badinv01: own(
    message('badinv01', invite, { Via: 'SIP/2.0/UDP 192.0.2.15;;,;,,', Contact: '<sip:a@example.com>;;;;' }, sdp),
  ),
  clerr: own(message('clerr', invite, { 'Content-Length': '9999' }, sdp)),
  ncl: own(message('ncl', invite, { 'Content-Length': '-999' }, sdp)),
  scalar02: own(message('scalar02', register, { CSeq: '36893488147419103232 REGISTER', To: user })),
  scalarlg: own(message('scalarlg', 'SIP/2.0 503 No', { CSeq: '9292394834772304023312 OPTIONS' })),
  quotbal: own(message('quotbal', invite, { To: '"B. Ben <sip:ben@example.com>' }, sdp)),
  ltgtruri: own(message('ltgtruri', 'INVITE <sip:ben@example.com> SIP/2.0', {}, sdp)),
  lwsruri: own(message('lwsruri', 'INVITE sip:ben@example.com; lr SIP/2.0', {}, sdp)),
  lwsstart: own(message('lwsstart', 'INVITE  sip:ben@example.com  SIP/2.0', {}, sdp)),
  trws: own(message('trws', 'OPTIONS sip:ben@example.com SIP/2.0  ')),
  escruri: own(message('escruri', 'INVITE sip:ben@example.com?Route=%3Csip:example.com%3E SIP/2.0', {}, sdp)),
  baddate: own(message('baddate', invite, { Date: 'Mon, 02 Feb 2015 10:00:00 CET' }, sdp)),
  regbadct: own(message('regbadct', register, { To: user, Contact: 'sip:user@example.com?Route=%3Csip:x%3E' })),
  badaspec: own(message('badaspec', options, { To: '"Ben" < sip:ben@example.com >' })),
  baddn: own(message('baddn', options, { From: 'Bell, Anna <sip:anna@example.com>;tag=43' })),
  badvers: own(
    message('badvers', 'OPTIONS sip:ben@example.com SIP/7.0', { Via: 'SIP/7.0/UDP desk.example.com;branch=z9hG4bKv' }),
  ),
  mismatch01: own(message('mismatch01', options, { CSeq: '8 INVITE' })),
  mismatch02: own(message('mismatch02', 'NOVELTY sip:ben@example.com SIP/2.0', { CSeq: '8 INVITE' })),
  bigcode: own(message('bigcode', 'SIP/2.0 4294967301 more than anybody needs', { CSeq: '3 INVITE' })),
  badbranch: own(message('badbranch', options, { Via: 'SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK' })),
  insuf: own(message('insuf', invite, { From: null, To: null, 'Call-ID': null }, sdp)),
  unkscm: own(message('unkscm', 'OPTIONS nobodyknows:opaque SIP/2.0')),
  novelsc: own(message('novelsc', 'OPTIONS soap.beep://192.0.2.103:3002 SIP/2.0')),
  unksm2: own(
    message('unksm2', register, {
      From: '<http://example.com>;tag=3',
      To: 'isbn:9783161484100',
      Contact: '<name:Anna_Bell>',
    }),
  ),
  bext01: own(message('bext01', options, { Require: 'novelA, novelB', 'Proxy-Require': 'novelC' }), [
    'Unsupported',
    'novelA, novelB',
  ]),
  invut: own(message('invut', invite, { 'Content-Type': 'application/unheard' }, '<audio/>')),
  regaut01: own(message('regaut01', register, { To: user, Authorization: 'NobodyKnows opaque-data=here' })),
  multi01: own(message('multi01', invite, {}, sdp, ['CSeq: 59 INVITE', 'To: <sip:other@example.com>'])),
  mcl01: own(message('mcl01', options, { 'Content-Length': '13' }, 'who can tell?', ['Content-Length: 5'])),
  bcast: own(
    message('bcast', 'SIP/2.0 200 OK', { CSeq: '35 INVITE' }, '', ['Via: SIP/2.0/UDP 255.255.255.255;branch=z9hG4bKb']),
  ),
  zeromf: own(message('zeromf', options, { 'Max-Forwards': '0' })),
  cparam01: own(message('cparam01', register, { To: user, Contact: 'sip:+1408@gw.example.com;odd' }), [
    'Contact',
    'sip:+1408@gw.example.com>',
  ]),
  cparam02: own(message('cparam02', register, { To: user, Contact: '<sip:+1408@gw.example.com;odd>' }), [
    'Contact',
    '<sip:+1408@gw.example.com;odd>',
  ]),
  regescrt: own(message('regescrt', register, { To: user, Contact: '<sip:u@example.com?Route=%3Csip:x.test%3E>' }), [
    'Contact',
    '?Route=%3Csip:x.test%3E>',
  ]),
  sdp01: own(message('sdp01', invite, { Accept: 'text/nobody' }, sdp)),
  inv2543: own(
    message(
      'inv2543',
      invite,
      {
        Via: 'SIP/2.0/UDP gw.example.com',
        From: '<sip:+1303@gw.example.com;user=phone>',
        'Record-Route': '<sip:ben@example.com;maddr=ss1.example.com>',
        'Max-Forwards': null,
        'Content-Length': null,
        Contact: null,
      },
      sdp,
    ),
  ),
  'ipv6-good': own(
    message('ipv6-good', 'REGISTER sip:[2001:db8::5] SIP/2.0', { To: user, Contact: '<sip:u@[2001:db8::7]>' }),
    ['Contact', '<sip:u@[2001:db8::7]>'],
  ),
  'ipv6-bad': own(message('ipv6-bad', 'REGISTER sip:2001:db8::5 SIP/2.0', { To: user })),
  'port-ambiguous': own(message('port-ambiguous', 'REGISTER sip:[2001:db8::5:5070] SIP/2.0', { To: user })),
  'port-unambiguous': own(message('port-unambiguous', 'REGISTER sip:[2001:db8::5]:5070 SIP/2.0', { To: user })),
  'via-received-param-with-delim': own(
    message('with-delim', 'BYE sip:[2001:db8::5] SIP/2.0', {
      Via: 'SIP/2.0/UDP [2001:db8::9:1];received=[2001:db8::9:255];branch=z9hG4bKd',
      To: '<sip:ben@example.com>;tag=b1',
    }),
  ),
  'via-received-param-no-delim': own(
    message('no-delim', 'OPTIONS sip:[2001:db8::5] SIP/2.0', {
      Via: 'SIP/2.0/UDP [2001:db8::9:1];received=2001:db8::9:255;branch=z9hG4bKn',
    }),
  ),
  'ipv6-in-sdp': own(
    message('v6-sdp', 'INVITE sip:ben@[2001:db8::5] SIP/2.0', {}, sdp.replaceAll('IP4 192.0.2.7', 'IP6 2001:db8::7'), [
      'Content-Type: application/sdp',
    ]),
  ),
  'mult-ip-in-header': own(
    message('mult', 'BYE sip:ben@example.com SIP/2.0', { To: '<sip:ben@example.com>;tag=b1' }, '', [
      'Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1',
      'Via: SIP/2.0/TCP [2001:db8::9:255];branch=z9hG4bK2;received=192.0.2.200',
    ]),
  ),
  'mult-ip-in-sdp': own(
    message('mult-sdp', invite, {}, `${sdp}m=video 6024 RTP/AVP 107\r\nc=IN IP6 2001:db8::1\r\n`, [
      'Content-Type: application/sdp',
    ]),
  ),
  'ipv4-mapped-ipv6': own(
    message('mapped', invite, { Via: 'SIP/2.0/UDP [::ffff:192.0.2.10]:19823;branch=z9hG4bKm' }, sdp),
  ),
  'ipv6-bug-abnf-3-colons': own(message('three', 'OPTIONS sip:ben@[2001:db8:::192.0.2.1] SIP/2.0')),
  'ipv6-correct-abnf-2-colons': own(message('two', 'OPTIONS sip:ben@[2001:db8::192.0.2.1] SIP/2.0')),
};
