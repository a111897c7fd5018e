/** Transfers between unlike legs, and of calls that came there by other ways; over real sockets, measured by ear. */
import { afterEach, expect, it, vi } from 'vitest';
import type { MediaFactory } from '../../src/core/media/session.ts';
import type { PartyHost } from '../../src/core/parties/host.ts';
import type { PartyPhone } from '../../src/core/parties/phone.ts';
import type { Hop } from '../../src/core/transport/index.ts';
import { AUDIBLE, Ear } from '../support/ear.ts';
import { nextPhone, startEndpoint, startRealTrunk, type RealEndpoint, type RealTrunk } from '../support/real-trunk.ts';

const LINE = '+14155550101';
const DANA = '+14155550142';
const BILLING = '+14155551234';
const HZ = { agent: 700, billing: 1000, caller: 500 };

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).toReversed()) await each.close();
});

async function start(
  to: (agent: RealEndpoint) => string[],
  limits: object = {},
): Promise<{ real: RealTrunk; agent: RealEndpoint }> {
  const agent = await startEndpoint(HZ.agent);
  open.push(agent);
  const real = await startRealTrunk({ numbers: [{ number: LINE, to: to(agent) }], limits }, { [BILLING]: HZ.billing });
  open.push(real);
  return { real, agent };
}

const hearing = (ear: Ear, hz: number) =>
  vi.waitFor(() => expect(ear.energy(hz)).toBeGreaterThan(AUDIBLE), { timeout: 8000, interval: 50 });

/** Resolves with the final status that a NOTIFY reported. */
function transfer(phone: PartyPhone, number: string): Promise<number> {
  return new Promise((resolve) => {
    phone.session?.refer(`<sip:${number}@demo.zt.patchcord.test>`, [], {
      refused: resolve,
      notified: ({ status }) => {
        if (status >= 200) resolve(status);
      },
    });
  });
}

function hopOf(real: RealTrunk): Hop {
  const [host = '', port = ''] = real.trunk.addresses.udp.split(':');
  return { transport: 'UDP', host, port: Number(port) };
}

/** Makes phones that neither offer nor see another format than this one. */
function only(host: PartyHost, payloadType: 0 | 8): void {
  const { media } = host;
  const alone = (sdp: string): string =>
    sdp
      .replace(/^(m=audio \d+ RTP\/AVP) .*$/m, `$1 ${payloadType}`)
      .replace(new RegExp(`^a=(rtpmap|fmtp):(?!${payloadType} ).*\r\n`, 'gm'), '');
  const rtp = async () => {
    const session = await media.rtp();
    const createOffer = session.createOffer.bind(session);
    const answerOffer = session.answerOffer.bind(session);
    session.createOffer = async () => alone(await createOffer());
    session.answerOffer = (sdp) => answerOffer(alone(sdp));
    return session;
  };
  Object.assign(host, { media: Object.assign(Object.create(media) as MediaFactory, { rtp }) });
}

/** A caller with A-law only is transferred to Billing; both are heard. @returns the codecs of the two legs */
async function transferFromALaw(prepare: (real: RealTrunk) => void) {
  const { real, agent } = await start((each) => [each.uri('agent')]);
  const caller = await startEndpoint(HZ.caller);
  open.push(caller);
  only(caller.host, 8);
  prepare(real);
  const phones = Promise.all([nextPhone(caller.host), nextPhone(agent.host)]);
  await caller.host.call({ number: '+14155550177', name: 'A-law', behaviour: 'answer', afterMs: 0 }, LINE, hopOf(real));
  const [callers, agents] = await phones;
  if (!callers.media) throw new Error('no media');
  const callerHears = new Ear(callers.media);
  await hearing(callerHears, HZ.agent);

  const billings = nextPhone(real.trunk.parties);
  expect(await transfer(agents, BILLING)).toBe(200);
  const billing = await billings;
  if (!billing.media) throw new Error('no media');
  await hearing(callerHears, HZ.billing);
  await hearing(new Ear(billing.media), HZ.caller);
  const legs = real.trunk.calls()[0]?.legs ?? [];
  return legs.filter(({ state }) => state === 'answered').map(({ role, codec }) => [role, codec]);
}

it('P22: converts between A-law on the leg of the caller and mu-law on that of the target', async () => {
  expect(await transferFromALaw((real) => only(real.trunk.parties, 0))).toEqual([
    ['caller', 'PCMA'],
    ['target', 'PCMU'],
  ]);
});

it("M4: offers the target of a transfer first what the caller's leg speaks, so that nothing is converted", async () => {
  expect(await transferFromALaw(() => {})).toEqual([
    ['caller', 'PCMA'],
    ['target', 'PCMA'],
  ]);
});

it('P30: takes REFER from an endpoint that got the call as fallback, and again from the party it was transferred to', async () => {
  const { real, agent } = await start((each) => ['sip:nobody@127.0.0.1:9', each.uri('agent')], { fallbackSeconds: 1 });
  const agents = nextPhone(agent.host);
  await real.trunk.practiceCall({ caller: DANA, to: LINE });
  const billings = nextPhone(real.trunk.parties, ({ party }) => party.number === BILLING);
  expect(await transfer(await agents, BILLING)).toBe(200);
  const echo = '+14155550201';
  const echoes = nextPhone(real.trunk.parties, ({ party }) => party.number === echo);
  expect(await transfer(await billings, echo)).toBe(200);
  await echoes;
  expect(real.trunk.calls()[0]?.state).toBe('answered');
});
