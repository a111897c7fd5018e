/**
 * The other side of a console's line, without a trunk between: registers the console over WebSocket, calls it and
 * refers it, with the user agent and the media of the trunk. Every message that crosses the line is kept.
 */
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createMediaFactory } from '../../src/core/composition/media-factory.ts';
import { silent } from '../../src/core/log/logger.ts';
import { bodyText, printMessage, type SipMessage, type SipRequest } from '../../src/core/message/index.ts';
import { RealClock } from '../../src/core/time/real-clock.ts';
import { TransactionLayer } from '../../src/core/transaction/index.ts';
import { TransportLayer, WebSocketTransport } from '../../src/core/transport/index.ts';
import { sdpOf } from '../../src/core/ua/description.ts';
import { createIds } from '../../src/core/ua/ids.ts';
import { Registrar } from '../../src/core/ua/registrar.ts';
import type { Session } from '../../src/core/ua/session.ts';
import type { SessionUser } from '../../src/core/ua/session-user.ts';
import { UserAgent, type Invitation } from '../../src/core/ua/user-agent.ts';

const DOMAIN = 'demo.zt.patchcord.test';
const TOKEN = 'platform-token';

/** A call of the console's that waits for what the test does with it. */
export interface Incoming {
  readonly request: SipRequest;
  readonly session: Session;
  ring(): void;
  answer(): Promise<void>;
  refuse(status: number): void;
}

export interface Platform {
  /** For the console's telephone. */
  readonly url: string;
  readonly aor: string;
  /** Requests and responses in the order in which they were sent or received, the registration left out. */
  readonly wire: { readonly sent: boolean; readonly message: SipMessage }[];
  /** Calls the console. @returns once it has answered */
  call(number: string): Promise<Session>;
  /** The console's next call. */
  incoming(): Promise<Incoming>;
  close(): Promise<void>;
}

/** @param origin of the page */
export async function startPlatform(origin: string): Promise<Platform> {
  const clock = new RealClock();
  const http = createServer();
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  const media = await createMediaFactory({ clock, log: silent, host: '127.0.0.1', portMin: 41_000, portMax: 42_000 });
  const ws = new WebSocketTransport({ server: http, token: TOKEN, origins: () => [origin], clock, log: silent });
  const transport = new TransportLayer({ transports: [ws], clock, log: silent });
  const transactions = new TransactionLayer({ transport, clock, log: silent });
  const ids = createIds((bytes) => randomBytes(bytes).toString('hex'));
  const registrar = new Registrar({ clock, ids, domain: DOMAIN, admit: () => undefined });
  const waiting: ((incoming: Incoming) => void)[] = [];
  const wire: Platform['wire'][number][] = [];
  transport.tap(({ direction, message }) => {
    if (message.head.cseq.method !== 'REGISTER') wire.push({ sent: direction === 'out', message });
  });

  const invited = (invitation: Invitation) => {
    const session = invitation.take(user());
    waiting.shift()?.({
      request: invitation.request,
      session,
      ring: () => session.incoming?.progress(180),
      answer: async () => {
        const own = await media.webrtc();
        session.incoming?.answer(await own.answerOffer(session.incoming.offer ?? ''));
      },
      refuse: (status) => session.incoming?.reject(status),
    });
  };
  const ua = new UserAgent({
    transactions,
    transport,
    clock,
    log: silent,
    ids,
    user: 'platform',
    product: 'test',
    registrar,
    invited,
  });
  await transport.start();

  return {
    url: `ws://127.0.0.1:${port}/sip?token=${TOKEN}`,
    aor: `sip:console@${DOMAIN}`,
    wire,
    call: async (number) => {
      const [binding] = registrar.bindings('console');
      if (!binding) throw new Error('the console has not registered');
      const own = await media.webrtc();
      const sdp = await own.createOffer();
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const session = ua.invite(
        {
          uri: binding.target,
          from: `<sip:${number}@${DOMAIN}>`,
          to: `<sip:console@${DOMAIN}>`,
          hop: binding.hop,
          sdp,
        },
        user({
          answered: (response) => own.acceptAnswer(sdpOf(response) ?? '').then(resolve, reject),
          failed: (status) => reject(new Error(`the console answered ${status}`)),
        }),
      );
      await promise;
      return session;
    },
    incoming: () => new Promise((resolve) => waiting.push(resolve)),
    close: async () => {
      await transport.close();
      await media.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

function user(more: Partial<SessionUser> = {}): SessionUser {
  return { ended() {}, offered: async () => '', referred: (refer) => refer.reject(603), ...more };
}

/** `> NOTIFY 180`: what the console was sent and what it sent, a line a message. */
export function lineOf({ sent, message }: Platform['wire'][number]): string {
  const { method } = message.head.cseq;
  const text = printed(message).split('\r\n')[0] ?? '';
  const status = /^SIP\/2\.0 (\d+)/.exec(text)?.[1];
  const fragment = status === undefined && method === 'NOTIFY' ? ` ${bodyText(message).split(' ')[1]}` : '';
  return `${sent ? '<' : '>'} ${status === undefined ? message.head.cseq.method + fragment : `${status} ${method}`}`;
}

export function printed(message: SipMessage): string {
  return new TextDecoder().decode(printMessage(message));
}
