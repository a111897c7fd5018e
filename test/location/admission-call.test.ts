/** An endpoint that has credentials and no allowed address, over real sockets: registered, rung, transferring. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createRequest } from '../../src/core/message/index.ts';
import { nextPhone, startEndpoint, startRealTrunk, type RealEndpoint, type RealTrunk } from '../support/real-trunk.ts';

const DOMAIN = 'demo.zt.patchcord.test';
const LINE = '+14155550101';
const DANA = '+14155550142';
const BILLING = '+14155551234';
const PASSWORD = 'correct-horse-battery';

let real: RealTrunk;
let endpoint: RealEndpoint;

let password: string;

beforeEach(async () => {
  password = PASSWORD;
  endpoint = await startEndpoint(700, (realm) => (realm === DOMAIN ? { username: 'agent', password } : undefined));
});

/** A trunk whose number rings this URI. */
async function start(uri: string): Promise<void> {
  real = await startRealTrunk({
    domain: DOMAIN,
    numbers: [{ number: LINE, to: [uri] }],
    // The address that everything here comes from is not among them.
    auth: { allow: ['192.0.2.0/24'], credentials: [{ username: 'agent', password: PASSWORD }] },
  });
}

afterEach(async () => {
  await real.close();
  await endpoint.close();
});

function register(): Promise<number> {
  const [host = '', port] = real.trunk.addresses.udp.split(':');
  const request = createRequest({
    method: 'REGISTER',
    uri: `sip:${DOMAIN}`,
    headers: [
      ['From', `<sip:agent@${DOMAIN}>;tag=a`],
      ['To', `<sip:agent@${DOMAIN}>`],
      ['Call-ID', 'registration'],
      ['CSeq', '1 REGISTER'],
      ['Contact', `<${endpoint.uri('agent')}>`],
    ],
  });
  return new Promise((resolve, reject) => {
    endpoint.host.ua.send(
      request,
      { transport: 'UDP', host, port: Number(port) },
      {
        response: ({ status }) => resolve(status),
        timeout: () => reject(new Error('timeout')),
        transportError: reject,
      },
    );
  });
}

interface Transferred {
  readonly log: string[];
  readonly callId: string;
  /** The whole ladder as text. */
  readonly text: string;
}

/** Dana calls, the endpoint answers and transfers her to Billing. */
async function transferred(): Promise<Transferred> {
  const agents = nextPhone(endpoint.host);
  const { callId } = await real.trunk.practiceCall({ caller: DANA, to: LINE });
  const phone = await agents;
  await vi.waitFor(() => expect(real.trunk.call(callId)?.state).toBe('answered'));
  const log: string[] = [];
  phone.session?.refer(`<sip:${BILLING}@${DOMAIN}>`, [], {
    accepted: ({ status }) => log.push(String(status)),
    refused: (status) => log.push(`refused ${status}`),
    notified: ({ status }) => log.push(`NOTIFY ${status}`),
  });
  await vi.waitFor(() => expect(log.at(-1)).toMatch(/NOTIFY [2-6]|refused/), { timeout: 8000 });
  const messages = real.trunk.ladder(callId)?.messages ?? [];
  return { log, callId, text: messages.map((message) => message.text).join('\n') };
}

const count = (text: string, line: RegExp) => text.match(line)?.length ?? 0;

it('P29: a registered endpoint is rung through its number, and its REFER brings the credentials along', async () => {
  await start(`sip:agent@${DOMAIN}`);
  expect(await register()).toBe(200);
  const { log, text } = await transferred();
  expect(log).toEqual(['202', 'NOTIFY 100', 'NOTIFY 180', 'NOTIFY 200']);
  expect(count(text, /^REFER /gm)).toBe(1);
});

it('P29: a REFER from an address that is not allowed is challenged, and succeeds when it comes with credentials', async () => {
  await start(endpoint.uri('agent'));
  const { log, callId, text } = await transferred();
  expect(log).toEqual(['202', 'NOTIFY 100', 'NOTIFY 180', 'NOTIFY 200']);
  expect(count(text, /^REFER /gm)).toBe(2);
  expect(text).toMatch(/^SIP\/2\.0 401 Unauthorized/m);

  // What the trace shows of it helps nobody to guess the password.
  expect(text).toContain('Authorization: Digest username="agent"');
  expect(text).toContain('response=[redacted]');
  expect(text).not.toMatch(/response="|nc=0|cnonce="/);
  await real.trunk.hangUp(callId);
  await vi.waitFor(() => expect(real.trunk.records.list({}).records).toHaveLength(2));
  const kept = JSON.stringify([real.trunk.ladder(callId), real.trunk.records.list({})]);
  expect(kept).not.toContain(PASSWORD);
});

it('P29: without the password the transfer is refused and the caller stays', async () => {
  password = 'wrong';
  await start(endpoint.uri('agent'));
  const { log, callId } = await transferred();
  expect(log).toEqual(['refused 401']);
  expect(real.trunk.call(callId)?.state).toBe('answered');
});

it('P29: an endpoint that was rung and has no credentials holds and hangs up, but does not refer', async () => {
  const stranger = await startEndpoint(700);
  await start(stranger.uri('agent'));
  const agents = nextPhone(stranger.host);
  const { callId } = await real.trunk.practiceCall({ caller: DANA, to: LINE });
  const { session, media } = await agents;
  await vi.waitFor(() => expect(real.trunk.call(callId)?.state).toBe('answered'));
  const refused = await new Promise<number>((resolve) => {
    session?.refer(`<sip:${BILLING}@${DOMAIN}>`, [], { refused: resolve, notified() {} });
  });
  expect(refused).toBe(401);
  const held = () => real.trunk.call(callId)?.legs.find(({ role }) => role === 'endpoint')?.held;
  const offer = (await media!.createOffer()).replace('a=sendrecv', 'a=sendonly');
  await session?.offer(offer);
  await vi.waitFor(() => expect(held()).toBe(true));
  session?.hangUp();
  await vi.waitFor(() => expect(real.trunk.calls()).toEqual([]));
  expect(real.trunk.records.list({}).records).toMatchObject([{ result: 'answered', endedBy: 'endpoint' }]);
  await stranger.close();
});

it('P29: an endpoint with credentials calls out, and hangs up', async () => {
  await start(endpoint.uri('agent'));
  const [host = '', port] = real.trunk.addresses.udp.split(':');
  const media = await endpoint.host.media.rtp();
  const events: string[] = [];
  const session = endpoint.host.ua.invite(
    {
      uri: `sip:${BILLING}@${DOMAIN}`,
      from: `<sip:agent@${DOMAIN}>`,
      to: `<sip:${BILLING}@${DOMAIN}>`,
      hop: { transport: 'UDP', host, port: Number(port) },
      sdp: await media.createOffer(),
    },
    {
      answered: () => events.push('answered'),
      failed: (status) => events.push(`failed ${status}`),
      ended: (by) => events.push(`ended ${by}`),
      offered: () => Promise.reject(Object.assign(new Error('no'), { status: 488 })),
      referred: (refer) => refer.reject(603),
    },
  );
  await vi.waitFor(() => expect(events).toEqual(['answered']), { timeout: 5000 });
  session.hangUp();
  await vi.waitFor(() => expect(real.trunk.calls()).toEqual([]));
  await media.close();
});
