/**
 * How long the trunk takes: INVITE in to INVITE out, REFER in to NOTIFY 100 out. Over UDP, both ends in this process.
 * At 20 calls a second a machine is asleep before each: how long it takes to wake differs more between machines than
 * programs do, so that a peer and a program without any SIP take their turns with the trunk.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { audio, isFinal, isRequest, Phone } from './lib/phone.ts';
import { heading, judge, line, median, percentile, round } from './lib/report.ts';
import { startForwarder, startNpmSip, startTrunkServer, type Server } from './lib/servers.ts';
import { NUMBER } from './lib/sipp.ts';

const TRUNK_PORT = 17_080;
const PEER_PORTS = { npm: 17_082, forwarder: 17_084 };
const RATE = 20;
const WARM_UP = 600;
const INVITES = 600;
const REFERS = 60;
const SDP = ['Content-Type: application/sdp'];

const caller = await Phone.open();
const endpoint = await Phone.open();
const trunk = await startTrunkServer(TRUNK_PORT, endpoint.port);
try {
  await invites();
  await refers();
} finally {
  await trunk.stop();
  caller.close();
  endpoint.close();
}

function invite(id: string, port = TRUNK_PORT): number {
  return caller.send(
    port,
    [
      `INVITE sip:${NUMBER}@127.0.0.1:${port} SIP/2.0`,
      caller.via(id),
      'Max-Forwards: 70',
      `From: <sip:+14155550142@127.0.0.1>;tag=${id}`,
      `To: <sip:${NUMBER}@127.0.0.1>`,
      `Call-ID: ${id}@bench`,
      'CSeq: 1 INVITE',
      caller.contact('caller'),
      ...SDP,
    ],
    audio(62_000),
  );
}

async function invites(): Promise<void> {
  heading(`latency: INVITE in to INVITE out, ${INVITES} calls at ${RATE} a second`);
  const npm = await startNpmSip(PEER_PORTS.npm, endpoint.port);
  const forwarder = await startForwarder(PEER_PORTS.forwarder, endpoint.port);
  const times = new Map<Server, number[]>([trunk, npm, forwarder].map((server) => [server, []]));
  try {
    for (let i = 0; i < WARM_UP + INVITES; i += 1) {
      const interval = i < WARM_UP ? 5 : 1000 / RATE / times.size;
      for (const [server, taken] of times) {
        const began = performance.now();
        const time = await (server === forwarder ? forwarded : busy)(server.port, `i${server.port}-${i}`);
        if (i >= WARM_UP) taken.push(time);
        await sleep(Math.max(0, interval - (performance.now() - began)));
      }
    }
  } finally {
    await npm.stop();
    await forwarder.stop();
  }
  judge('median', median(times.get(trunk)!), 'at most', 450, 'µs');
  judge('99th percentile', percentile(times.get(trunk)!, 99), 'at most', 1500, 'µs');
  for (const peer of [npm, forwarder]) {
    const taken = times.get(peer)!;
    line(`${peer.name}: median ${round(median(taken))} µs, 99th percentile ${round(percentile(taken, 99))} µs`);
  }
}

/** Microseconds until the endpoint has the INVITE, which it answers as busy: what is measured is over by then. */
async function busy(port: number, id: string): Promise<number> {
  const came = endpoint.hear(isRequest('INVITE'));
  const over = caller.hear(isFinal('INVITE'));
  const sent = invite(id, port);
  const { message, at } = await came;
  endpoint.answer(port, message, '486 Busy Here', 'busy');
  const final = await over;
  caller.send(port, [
    `ACK sip:${NUMBER}@127.0.0.1:${port} SIP/2.0`,
    caller.via(id),
    `From: <sip:+14155550142@127.0.0.1>;tag=${id}`,
    `To: ${final.message.headers.get('To') ?? ''}`,
    `Call-ID: ${id}@bench`,
    'CSeq: 1 ACK',
  ]);
  return (at - sent) * 1000;
}

/** The same of an INVITE that nobody reads on its way, and nobody answers. */
async function forwarded(port: number, id: string): Promise<number> {
  const came = endpoint.hear(isRequest('INVITE'));
  const sent = invite(id, port);
  return ((await came).at - sent) * 1000;
}

/** Calls that are answered, and whose endpoint transfers them. */
async function refers(): Promise<void> {
  heading(`latency: REFER received to NOTIFY 100 sent, ${REFERS} transfers`);
  const times: number[] = [];
  for (let i = 0; i < REFERS; i += 1) {
    const id = `r${i}`;
    const came = endpoint.hear(isRequest('INVITE'));
    const answered = caller.hear(isFinal('INVITE'));
    invite(id);
    const { message: offer } = await came;
    const acknowledged = endpoint.hear(isRequest('ACK'));
    endpoint.answer(TRUNK_PORT, offer, '200 OK', id, [endpoint.contact('endpoint'), ...SDP], audio(62_002));
    await acknowledged;
    const { message: answer } = await answered;
    const callerTo = `To: ${answer.headers.get('To') ?? ''}`;
    const callerDialog = [`From: <sip:+14155550142@127.0.0.1>;tag=${id}`, callerTo, `Call-ID: ${id}@bench`];
    const target = `sip:trunk@127.0.0.1:${TRUNK_PORT} SIP/2.0`;
    caller.send(TRUNK_PORT, [`ACK ${target}`, caller.via(`${id}a`), ...callerDialog, 'CSeq: 1 ACK']);
    // Both legs are up once the trunk has read the ACK.
    await sleep(5);

    const domain = offer.head.from.uri;
    const dialog = [
      `From: ${offer.headers.get('To') ?? ''};tag=${id}`,
      `To: ${offer.headers.get('From') ?? ''}`,
      `Call-ID: ${offer.head.callId}`,
    ];
    const notified = endpoint.hear(isRequest('NOTIFY'));
    const sent = endpoint.send(TRUNK_PORT, [
      `REFER ${target}`,
      endpoint.via(`${id}r`),
      'Max-Forwards: 70',
      ...dialog,
      'CSeq: 1 REFER',
      endpoint.contact('endpoint'),
      `Refer-To: <sip:+14155551234@${'host' in domain ? domain.host : ''}>`,
    ]);
    const { message: notify, at } = await notified;
    if (!Buffer.from(notify.body).toString().startsWith('SIP/2.0 100')) throw new Error('the first NOTIFY is no 100');
    times.push(at - sent);
    endpoint.answer(TRUNK_PORT, notify, '200 OK', id);
    const ended = caller.hear(isFinal('BYE'));
    caller.send(TRUNK_PORT, [
      `BYE ${target}`,
      caller.via(`${id}b`),
      'Max-Forwards: 70',
      ...callerDialog,
      'CSeq: 2 BYE',
    ]);
    const released = endpoint.hear(isRequest('BYE'));
    await ended;
    endpoint.answer(TRUNK_PORT, (await released).message, '200 OK', id);
  }
  judge('median', median(times), 'at most', 10, 'ms');
}
