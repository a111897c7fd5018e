/** Where sound goes when a callee describes its media more than once, or in no way that can be used. */
import { describe, expect, it } from 'vitest';
import { routeToTarget } from '../../src/core/b2bua/target-route.ts';
import { transferCall } from '../../src/core/b2bua/transfer.ts';
import { placeCall } from '../../src/core/voice/outbound.ts';
import { BILLING, DOMAIN, LINE, ringing } from '../support/exchange.ts';
import { memoryMedia, type MemoryLine, type MemoryMedia } from '../support/memory-ports.ts';
import type { Scene } from '../support/scene.ts';
import { Wire } from '../support/wire.ts';
import { WireCaller } from '../support/wire-caller.ts';
import { APP, startStage } from '../voice/stage.ts';

const CALLER_HOST = '10.0.0.9';
const CALLEE_HOST = '10.0.0.8';
const [X, Y] = [7000, 8000];

function sdp(host: string, port: number, formats: string, ...lines: string[]): string {
  const rtpmap = formats.includes('18') ? ['a=rtpmap:18 G729/8000'] : [];
  const session = ['v=0', `o=- 1 1 IN IP4 ${host}`, 's=-', `c=IN IP4 ${host}`, 't=0 0'];
  return [...session, `m=audio ${port} RTP/AVP ${formats}`, ...rtpmap, ...lines, ''].join('\r\n');
}

const toY = sdp(CALLEE_HOST, Y, '8');

interface Case {
  readonly scene: Scene;
  /** Whom the trunk calls. */
  readonly callee: Wire;
  /** The callee's media. */
  line(): MemoryLine;
  /** Makes sound for the callee. */
  speak(): Promise<void>;
  /** Where the callee's own sound goes, where there is somebody. */
  readonly listener?: () => MemoryLine;
}

async function start(documents: Record<string, string> = {}): Promise<{
  at: Awaited<ReturnType<typeof startStage>>;
  media: MemoryMedia;
  callee: Wire;
}> {
  let media: MemoryMedia | undefined;
  const at = await startStage(documents, { media: (clock) => (media = memoryMedia(clock)) });
  const callee = await Wire.start(at.network, CALLEE_HOST);
  callee.onRequest = (request) => {
    if (request.method !== 'INVITE' && request.method !== 'ACK') callee.respond(request, 200);
  };
  return { at, media: media!, callee };
}

const callerOffer = sdp(CALLER_HOST, 6000, '0 8');

async function callFrom(at: Scene, to: string, body = callerOffer): Promise<WireCaller> {
  const caller = await WireCaller.start(at, CALLER_HOST);
  caller.wire.onRequest = (request) => {
    if (request.method === 'BYE') caller.wire.respond(request, 200);
  };
  await caller.invite({ uri: `sip:${to}@${DOMAIN}`, body });
  return caller;
}

const callerSpeaks = (at: Scene, media: MemoryMedia) => async () => {
  for (let n = 0; n < 5; n += 1) {
    media.lines[0]!.hear(CALLER_HOST, 6000, 0);
    await at.run(20);
  }
};

const places: Record<string, () => Promise<Case>> = {
  async 'a callee'() {
    const { at, media, callee } = await start();
    Object.assign(at.endpoint.hop, callee.hop);
    await callFrom(at, LINE);
    return {
      scene: at,
      callee,
      line: () => media.lines[1]!,
      speak: callerSpeaks(at, media),
      listener: () => media.lines[0]!,
    };
  },
  async 'a transfer target'() {
    const { at, media, callee } = await start();
    const agent = await Wire.start(at.network, '10.0.0.7');
    agent.onRequest = (request) => {
      if (request.method === 'BYE') agent.respond(request, 200);
    };
    Object.assign(at.endpoint.hop, agent.hop);
    await callFrom(at, LINE);
    agent.respond(agent.of('INVITE')[0]!, 200, { body: sdp('10.0.0.7', 6500, '0') });
    await at.run(50);
    at.phones.set(BILLING, ringing(at.clock).phone);
    Object.assign(at.party.hop, callee.hop);
    expect(transferCall(at.board, at.live(), `<sip:${BILLING}@${DOMAIN}>`)).toBeUndefined();
    await at.run(50);
    return {
      scene: at,
      callee,
      line: () => media.lines[2]!,
      speak: callerSpeaks(at, media),
      listener: () => media.lines[0]!,
    };
  },
  async 'a leg of <Dial>'() {
    const { at, media, callee } = await start({ '/voice': `<Dial><Number>${BILLING}</Number></Dial>` });
    at.phones.set(BILLING, ringing(at.clock).phone);
    Object.assign(at.party.hop, callee.hop);
    await callFrom(at, APP);
    return {
      scene: at,
      callee,
      line: () => media.lines[1]!,
      speak: callerSpeaks(at, media),
      listener: () => media.lines[0]!,
    };
  },
  async 'a call of the API'() {
    const { at, media, callee } = await start({ '/out': '<Say loop="0">Hello</Say>' });
    at.phones.set(BILLING, ringing(at.clock).phone);
    Object.assign(at.party.hop, callee.hop);
    const route = routeToTarget(at.board, { allowed: true, kind: 'pstn', number: BILLING, billable: true }, 'foreign');
    placeCall(at.board, at.applications, {
      facts: { direction: 'outbound', domain: DOMAIN, from: { number: LINE, name: '' }, to: route.identity },
      route,
      fields: [],
      source: { url: 'http://app.test/out', method: 'POST', parameters: [], why: 'api' },
    });
    await at.run(50);
    return { scene: at, callee, line: () => media.lines[0]!, speak: () => at.run(100) };
  },
};

const early: Record<string, [tag: string, body: string][]> = {
  'of another dialog, to another port': [['a', sdp(CALLEE_HOST, X, '0')]],
  'of two other dialogs': [
    ['a', sdp(CALLEE_HOST, X, '0')],
    ['c', sdp('10.0.0.6', X, '0')],
  ],
  'with another port and codec': [['b', sdp(CALLEE_HOST, X, '0')]],
  'with port 0': [['b', sdp(CALLEE_HOST, 0, '0')]],
  'with G.729 alone': [['b', sdp(CALLEE_HOST, X, '18')]],
  'that cannot be read': [['b', 'nonsense']],
  'with sendonly': [['b', sdp(CALLEE_HOST, X, '0', 'a=sendonly')]],
  'with inactive': [['b', sdp(CALLEE_HOST, X, '0', 'a=inactive')]],
  'with 0.0.0.0': [['b', sdp('0.0.0.0', X, '0')]],
};

async function answer({ scene, callee }: Case, status: number, tag: string, body: string): Promise<void> {
  callee.respond(callee.of('INVITE')[0]!, status, { tag, body });
  await scene.run(50);
}

async function expectSound({ line, speak, listener, callee }: Case, to: string): Promise<void> {
  expect(callee.of('BYE')).toEqual([]);
  line().sent.length = 0;
  await speak();
  expect(new Set(line().sent)).toEqual(new Set([to]));
  if (!listener) return;
  listener().sent.length = 0;
  const [, host = '', port = '', type = ''] = /^(.*):(\d+) PT (\d+)$/.exec(to) ?? [];
  line().hear(host, Number(port), Number(type));
  // Where no description went to the caller before the answer, that has the codec of the callee first (M3).
  expect(listener().sent).toHaveLength(1);
  expect(listener().sent[0]).toMatch(/^10\.0\.0\.9:6000 PT [08]$/);
}

describe.each(Object.keys(places))('%s', (place) => {
  it.each(Object.keys(early))('W10: a 183 %s gives way to the description of the 200', async (name) => {
    const at = await places[place]!();
    for (const [tag, body] of early[name]!) await answer(at, 183, tag, body);
    await answer(at, 200, 'b', toY);
    await expectSound(at, `${CALLEE_HOST}:${Y} PT 8`);
  });

  it('W10: a 200 without a description stands for the one that its own dialog gave before', async () => {
    const at = await places[place]!();
    await answer(at, 183, 'b', toY);
    await answer(at, 183, 'a', sdp(CALLEE_HOST, X, '0'));
    await answer(at, 200, 'b', '');
    await expectSound(at, `${CALLEE_HOST}:${Y} PT 8`);
  });

  it('W10: a 200 whose description cannot be used stands for the one before it', async () => {
    const at = await places[place]!();
    await answer(at, 183, 'b', toY);
    await answer(at, 200, 'b', sdp(CALLEE_HOST, 0, '0'));
    await expectSound(at, `${CALLEE_HOST}:${Y} PT 8`);
  });

  it.each(['none at all', 'one of another dialog', 'one that cannot be used'])(
    'W10: a 200 without a description after %s is acknowledged and released, and the call has failed',
    async (before) => {
      const at = await places[place]!();
      if (before === 'one of another dialog') await answer(at, 183, 'a', sdp(CALLEE_HOST, X, '0'));
      if (before === 'one that cannot be used') await answer(at, 183, 'b', sdp(CALLEE_HOST, X, '18'));
      await answer(at, 200, 'b', '');
      expect(at.callee.of('ACK').map(({ head }) => head.toTag)).toEqual(['b']);
      expect(at.callee.of('BYE').map(({ head }) => head.toTag)).toEqual(['b']);
      const record = at.scene.records.at(-1);
      expect(record).toMatchObject({ answeredAt: undefined, end: { result: 'failed', sipStatus: 488 } });
    },
  );
});

describe('codecs of two legs', () => {
  const called = async (body: string) => {
    const { at, media, callee } = await start();
    Object.assign(at.endpoint.hop, callee.hop);
    await callFrom(at, LINE, body);
    const invite = callee.of('INVITE')[0]!;
    return { at, media, callee, invite };
  };

  it('M3: the callee is offered first what the caller speaks', async () => {
    for (const order of ['8 0', '0 8']) {
      const { invite } = await called(sdp(CALLER_HOST, 6000, order));
      expect(Buffer.from(invite.body).toString()).toContain(`RTP/AVP ${order} 101`);
    }
  });

  it('M3: the caller is sent what the callee speaks, where it offered that second', async () => {
    const { at, media, callee, invite } = await called(callerOffer);
    callee.respond(invite, 200, { tag: 'b', body: toY });
    await at.run(50);
    expect(media.lines.map(({ session }) => session.codec)).toEqual(['PCMA', 'PCMA']);
  });

  it('M3: sound is converted where the caller has had its answer with a 183', async () => {
    const { at, media, callee, invite } = await called(callerOffer);
    callee.respond(invite, 183, { tag: 'b', body: sdp(CALLEE_HOST, Y, '0') });
    await at.run(50);
    callee.respond(invite, 200, { tag: 'c', body: toY });
    await at.run(50);
    expect(media.lines.map(({ session }) => session.codec)).toEqual(['PCMU', 'PCMA']);
  });
});
