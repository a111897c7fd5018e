/** A worker that floods a trunk over UDP from one socket: INVITE, REGISTER and junk in turn. */
import { createSocket } from 'node:dgram';
import { parentPort, workerData } from 'node:worker_threads';

export interface Flood {
  readonly host: string;
  readonly port: number;
  readonly perSecond: number;
  readonly seconds: number;
}

/** Answers by status; `sent` counts what went out. */
export interface FloodReport {
  readonly sent: number;
  readonly answers: Record<string, number>;
}

const STEP_MS = 5;

if (parentPort !== null) {
  const { host, port, perSecond, seconds } = workerData as Flood;
  const socket = createSocket('udp4');
  const answers: Record<string, number> = {};
  socket.on('message', (bytes) => {
    const status = bytes.subarray(8, 11).toString();
    answers[status] = (answers[status] ?? 0) + 1;
  });
  socket.bind(0, '127.0.0.1', () => {
    const own = `127.0.0.1:${socket.address().port}`;
    const started = performance.now();
    let sent = 0;
    const timer = setInterval(() => {
      const elapsed = performance.now() - started;
      const due = Math.min(perSecond * seconds, Math.floor((elapsed / 1000) * perSecond));
      for (; sent < due; sent++) socket.send(packet(sent, own), port, host);
      if (elapsed < seconds * 1000) return;
      clearInterval(timer);
      setTimeout(() => {
        socket.close();
        report({ sent, answers });
      }, 500);
    }, STEP_MS);
  });
}

function report(flooded: FloodReport): void {
  // The rule takes this port for a window.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  parentPort?.postMessage(flooded);
}

function packet(n: number, own: string): string {
  if (n % 3 === 2) return n % 2 === 0 ? `junk ${n} \u0000\u0001` : `INVITE sip:x SIP/2.0\r\nTo: broken ${n}\r\n\r\n`;
  const method = n % 3 === 0 ? 'INVITE' : 'REGISTER';
  return [
    `${method} sip:+14155550999@trunk.test SIP/2.0`,
    `Via: SIP/2.0/UDP ${own};branch=z9hG4bKflood${n};rport`,
    'Max-Forwards: 70',
    `From: <sip:flood@trunk.test>;tag=${n}`,
    'To: <sip:flood@trunk.test>',
    `Call-ID: flood-${n}`,
    `CSeq: 1 ${method}`,
    `Contact: <sip:flood@${own}>`,
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
}
