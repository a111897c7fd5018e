/**
 * Requests that the host's HTTP server understands, to be spoiled. `{…}` stands for what is known only when they are
 * sent; in bodies it is as long as that, so that their length stays right.
 */

const call = '{call__________}';
const record = '{record________}';

export interface HttpSeed {
  /** Method and target. */
  readonly line: string;
  readonly fields?: readonly string[];
  readonly body?: string;
}

const json = (line: string, body: unknown): HttpSeed => ({
  line,
  fields: ['Authorization: Bearer {token}', 'Content-Type: application/json'],
  body: JSON.stringify(body),
});
const get = (target: string, ...fields: string[]): HttpSeed => ({
  line: `GET ${target}`,
  fields: ['Authorization: Bearer {token}', ...fields],
});
const form = (line: string, body: string): HttpSeed => ({
  line,
  fields: ['Authorization: Basic {basic}', 'Content-Type: application/x-www-form-urlencoded'],
  body,
});
const account = '/2010-04-01/Accounts/{account}';
const TWIML = '<Response><Say>Hello</Say><Gather numDigits="1"/></Response>';

/** To each there is one answer, and then the connection may close. */
export const httpRequests: readonly HttpSeed[] = [
  get('/'),
  get('/healthz'),
  get('/metrics'),
  get('/api/openapi.json'),
  get('/api/calls'),
  get('/api/calls/{call}'),
  get('/api/calls/{call}/trace?format=text'),
  get('/api/calls/{call}/findings'),
  get('/api/webhooks?limit=5'),
  get('/v1/Account/MA/Zentrunk/Call/?limit=5&offset=1'),
  get('/v1/projects/p/calls?page=2&size=5'),
  get('/api/records?limit=10&since=0&number=%2B14155550100&format=csv'),
  get('/api/records?cursor=MTIzNDU2Nzg5MA'),
  get('/api/records/{record}/recording', 'Range: bytes=0-100'),
  { line: 'HEAD /api/events', fields: ['Authorization: Bearer {token}'] },
  { line: 'OPTIONS *' },
  { line: 'DELETE /api/calls/{call}', fields: ['Authorization: Bearer {token}'] },
  json('POST /api/calls', { from: '+14155550142', to: '+14155550100' }),
  json('POST /api/calls', { from: '+14155550100', to: '+14155551234' }),
  json('POST /api/calls/{call}/transfer', { to: '+14155551234' }),
  json('POST /contract/snapshot', {}),
  json('POST /contract/practice.call', { caller: '+14155550142' }),
  json('POST /contract/party.set', { number: '+14155551234', behaviour: 'answer', afterMs: 10 }),
  json('POST /contract/settings.get', {}),
  json('POST /contract/settings.set', { patch: { limits: { ringSeconds: 5 }, recording: { keepDays: 3 } } }),
  json('POST /contract/settings.set', { patch: { numbers: [{ number: '+14155550100', to: ['console', '+1415'] }] } }),
  json('POST /contract/target.check', { input: 'sip:anna@127.0.0.1;transport=tcp', callId: call }),
  json('POST /contract/records.list', { limit: 3 }),
  json('POST /contract/recording.read', { recordId: record, offset: 0 }),
  json('POST /contract/ladder.get', { callId: call }),
  json('POST /contract/findings.get', { callId: call }),
  json('POST /contract/call.twiml', { callId: call, source: { xml: TWIML } }),
  json('POST /contract/webhooks.list', { limit: 10 }),
  get(`${account}/Calls.json?Status=completed&StartTime%3E=2026-01-31&PageSize=5&Page=1`),
  get(`${account}/Calls/{sid}.json`),
  form(
    `POST ${account}/Calls.json`,
    `To=%2B14155551234&From=%2B14155550100&Twiml=${encodeURIComponent(TWIML)}&Method=POST`,
  ),
  form(`POST ${account}/Calls/{sid}.json`, `Twiml=${encodeURIComponent(TWIML)}`),
  form(`POST ${account}/Calls/{sid}.json`, 'Status=completed'),
  form('POST /demo/voice?round=2', 'CallSid=CA00000000000000000000000000000000&From=%2B14155550142&To=%2B14155550199'),
  form('POST /demo/choice', 'CallSid=CA00000000000000000000000000000000&Digits=1'),
  get('/demo/transferred?ReferCallStatus=busy&NotifySipResponseCode=486', 'X-Twilio-Signature: aGVsbG8='),
];

const websocket = [
  'Origin: {origin}',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
];

/** After which the connection speaks another protocol, or answers without an end. */
export const httpStreams: readonly HttpSeed[] = [
  get('/api/events'),
  { line: 'GET /contract/events', fields: websocket },
  { line: 'GET /sip?token={token}', fields: [...websocket, 'Sec-WebSocket-Protocol: sip'] },
  { line: 'GET /sip?token=wrong', fields: [...websocket, 'Sec-WebSocket-Protocol: sip'] },
  { line: 'GET /elsewhere', fields: websocket },
];

/** What means something in a target, or has misled servers. */
export const targetTokens: readonly string[] =
  '/ // /../ /./ \\ /\\[ /\\a:99999 %2F %00 %5C %c0%80 %ff %ED%A0%80 %FF%FE # ? ?? & = ; @ : [ ] {call} 9007199254740991 9007199254740992 1e308 -1 0x10 Infinity __proto__ constructor .json'.split(
    ' ',
  );

/** What a frame to the socket of events may hold. */
export const hello = JSON.stringify({ token: '{token}' });

/** @param more fields that come first */
export function printed({ line, fields = [], body = '' }: HttpSeed, ...more: string[]): string {
  const length = Buffer.byteLength(body, 'latin1');
  return [
    `${line} HTTP/1.1`,
    'Host: 127.0.0.1',
    ...more,
    ...fields,
    ...(body === '' ? [] : [`Content-Length: ${length}`]),
    '',
    body,
  ].join('\r\n');
}
