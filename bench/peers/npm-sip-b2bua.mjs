/**
 * The least that deserves the name B2BUA on the npm package `sip`: two dialogs per call, descriptions passed through,
 * no media, no records, no traces. `node npm-sip-b2bua.mjs LISTEN_PORT ENDPOINT_PORT`; prints `ready`.
 */
import { randomBytes } from 'node:crypto';
import sip from 'sip';

const [listenPort, endpointPort] = process.argv.slice(2).map(Number);
const host = '127.0.0.1';
const contact = [{ uri: `sip:b2bua@${host}:${listenPort}` }];
const random = () => randomBytes(8).toString('hex');

/** Call-ID of either leg → how to reach the other. */
const legs = new Map();

// Under another name than the endpoint's: the package takes a URI with its own host for one of its connections.
sip.start({ publicAddress: 'localhost', address: host, port: listenPort, udp: true, tcp: false }, (request) => {
  if (request.method === 'INVITE') invite(request);
  else if (request.method === 'ACK') legs.get(request.headers['call-id'])?.acknowledge?.();
  else if (request.method === 'BYE') bye(request);
  else sip.send(sip.makeResponse(request, 405, 'Method Not Allowed'));
});

function invite(request) {
  const tag = random();
  const answer = (status, reason, content) => {
    const response = sip.makeResponse(request, status, reason);
    response.headers.to = { ...request.headers.to, params: { ...request.headers.to.params, tag } };
    response.headers.contact = contact;
    if (content) {
      response.headers['content-type'] = 'application/sdp';
      response.content = content;
    }
    sip.send(response);
  };
  sip.send(sip.makeResponse(request, 100, 'Trying'));
  const callId = random();
  const out = {
    method: 'INVITE',
    uri: `sip:endpoint@${host}:${endpointPort};transport=udp`,
    headers: {
      to: { uri: request.headers.to.uri },
      from: { uri: request.headers.from.uri, params: { tag: random() } },
      'call-id': callId,
      cseq: { method: 'INVITE', seq: 1 },
      'max-forwards': 70,
      contact,
      'content-type': 'application/sdp',
    },
    content: request.content,
  };
  sip.send(out, (response) => {
    if (response.status === 100) return;
    if (response.status < 200) return answer(response.status, response.reason);
    if (response.status >= 300) return answer(response.status, response.reason);
    const dialog = {
      uri: response.headers.contact[0].uri,
      from: out.headers.from,
      to: response.headers.to,
      callId,
      seq: 1,
    };
    const caller = {
      uri: request.headers.contact[0].uri,
      from: { ...request.headers.to, params: { ...request.headers.to.params, tag } },
      to: request.headers.from,
      callId: request.headers['call-id'],
      seq: 0,
    };
    legs.set(request.headers['call-id'], { other: dialog, acknowledge: () => sip.send(inDialog(dialog, 'ACK')) });
    legs.set(callId, { other: caller });
    answer(200, 'OK', response.content);
  });
}

function bye(request) {
  const leg = legs.get(request.headers['call-id']);
  if (!leg) return sip.send(sip.makeResponse(request, 481, 'No Such Call'));
  legs.delete(request.headers['call-id']);
  legs.delete(leg.other.callId);
  sip.send(inDialog(leg.other, 'BYE'), () => {});
  sip.send(sip.makeResponse(request, 200, 'OK'));
}

function inDialog(dialog, method) {
  if (method !== 'ACK') dialog.seq += 1;
  return {
    method,
    uri: `${dialog.uri};transport=udp`,
    headers: {
      to: dialog.to,
      from: dialog.from,
      'call-id': dialog.callId,
      cseq: { method, seq: dialog.seq },
      'max-forwards': 70,
    },
  };
}

console.log('ready');
