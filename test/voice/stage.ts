/**
 * A switchboard on the memory network whose number APP leads to an application: what the application answers is a table of
 * documents, and what it was asked is kept. No sockets, virtual time.
 */
import { err, ok } from '../../src/core/message/result.ts';
import { silence } from '../../src/core/media/sound.ts';
import { twilio } from '../../src/core/b2bua/providers/twilio.ts';
import type { Call } from '../../src/core/b2bua/call.ts';
import type { Session } from '../../src/core/ua/session.ts';
import type { SessionUser } from '../../src/core/ua/session-user.ts';
import { fatal } from '../../src/core/twiml/problem.ts';
import { ApplicationRunner, type Notice } from '../../src/core/voice/application-runner.ts';
import type { WebhookRequest, Webhooks } from '../../src/core/webhook/exchange.ts';
import { DOMAIN, plainUser, type Exchange, type ExchangeOptions } from '../support/exchange.ts';
import { toneFile } from '../support/http-application.ts';
import { startScene, type Scene } from '../support/scene.ts';

/** Number of the trunk whose calls an application decides about. */
export const APP = '+14155550777';
const HOST = 'http://app.test';

/** The document that a path has, or makes of its parameters. */
export type Document = string | ((parameters: Readonly<Record<string, string>>) => string | Promise<string>);

export interface StageOptions extends ExchangeOptions {
  /** Asked about REFERs of endpoints in calls without an application. */
  readonly referUrl?: string;
  /** How long whatever is said takes; for ever without. */
  readonly sayMs?: number;
  /** How many seconds the tone of each file to play has, by path. */
  readonly files?: Readonly<Record<string, number>>;
}

export interface Asked {
  /** `POST /voice` */
  readonly what: string;
  readonly why: WebhookRequest['why'];
  readonly parameters: Readonly<Record<string, string>>;
}

export interface Stage extends Scene {
  readonly applications: ApplicationRunner;
  readonly asked: Asked[];
  readonly notices: Notice[];
  /** An endpoint (SIP), or somebody in the telephone network, dials APP. */
  dialApp(from?: 'endpoint' | 'caller', user?: Partial<SessionUser>): Dialled;
  live(): Call;
}

export interface Dialled {
  readonly session: Session;
  readonly events: string[];
}

/** @param documents by path, `/voice` is the number's own; what stands in the body of Response */
export async function startStage(documents: Record<string, Document>, options: StageOptions = {}): Promise<Stage> {
  const { sayMs, files = {}, referUrl, ...rest } = options;
  const scene = await startScene({ policy: twilio, ...rest });
  const asked: Asked[] = [];
  const notices: Notice[] = [];
  const webhooks: Webhooks = {
    async request({ url, method, parameters, why }, signal) {
      const given = Object.fromEntries(parameters);
      if (parameters.length !== Object.keys(given).length) throw new Error('a parameter came twice');
      asked.push({ what: `${method} ${url.pathname}`, why, parameters: given });
      const seconds = files[url.pathname];
      if (seconds !== undefined) {
        return ok({ status: 200, contentType: 'audio/wav', body: toneFile(440, seconds), finalUrl: url });
      }
      const document = documents[url.pathname];
      if (document === undefined) return err(fatal(11217, 'there is no such document'));
      const givenUp = new Promise<undefined>((resolve) => {
        signal?.addEventListener('abort', () => resolve(undefined));
      });
      const body = await (typeof document === 'string' ? document : Promise.race([document(given), givenUp]));
      if (body === undefined) return err(fatal(11200, 'nobody wants to know any more'));
      const xml = `<?xml version="1.0" encoding="UTF-8"?>\n<Response>${body}</Response>`;
      return ok({ status: 200, contentType: 'text/xml', body: new TextEncoder().encode(xml), finalUrl: url });
    },
    close() {},
  };
  let ids = 0;
  const applications = new ApplicationRunner({
    clock: scene.clock,
    log: scene.board.options.log,
    webhooks,
    speech: { speak: async () => ({ sound: sayMs === undefined ? silence : { ...silence, length: sayMs / 20 } }) },
    id: () => `notice-${(ids += 1)}`,
    accountSid: () => `AC${'0'.repeat(32)}`,
    referUrl: () => referUrl,
    noticed: (notice) => notices.push(notice),
  });
  const { route } = scene.board.options;
  Object.assign(scene.board.options, {
    applications,
    route: (number: string) =>
      number === APP
        ? {
            identity: { number: APP, name: '' },
            direction: 'inbound',
            destinations: [],
            application: { url: `${HOST}/voice`, method: 'POST' },
          }
        : route(number),
  });
  return {
    ...scene,
    applications,
    asked,
    notices,
    dialApp: (from = 'endpoint', user = {}) => dial(scene, scene[from], user),
    live() {
      const [call] = scene.board.calls.values();
      if (!call) throw new Error('there is no call');
      return call;
    },
  };
}

function dial({ trunk }: Exchange, from: Exchange['endpoint'], user: Partial<SessionUser>): Dialled {
  const events: string[] = [];
  const session = from.ua.invite(
    {
      uri: `sip:${APP}@${DOMAIN}`,
      from: `<sip:alice@${DOMAIN}>`,
      to: `<sip:${APP}@${DOMAIN}>`,
      hop: trunk.hop,
      sdp: 'sendrecv',
    },
    { ...plainUser(events), ...user },
  );
  return { session, events };
}

/** The parameters that are not the standard ones. */
export function own({ parameters }: Asked): Record<string, string> {
  const standard = [
    'AccountSid',
    'ApiVersion',
    'CallSid',
    'CallStatus',
    'CallerName',
    'Direction',
    'From',
    'ParentCallSid',
    'To',
  ];
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => !standard.includes(name)));
}
