/** Several domains with a profile each on one trunk, over real sockets. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRequest } from '../../src/core/message/index.ts';
import type { PartyPhone } from '../../src/core/parties/phone.ts';
import { parseConfig } from '../../src/core/config/config.ts';
import { Domains } from '../../src/core/location/domains.ts';
import { LiveConfig } from '../../src/core/config/live-config.ts';
import { AUDIBLE, Ear } from '../support/ear.ts';
import { nextPhone, startEndpoint, startRealTrunk, type RealEndpoint, type RealTrunk } from '../support/real-trunk.ts';

const MAIN = 'one.zt.example.test';
const OTHER = 'two.sinch.example.test';
const LINE = '+14155550101';
const OTHER_LINE = '+14155550102';
const DANA = '+14155550142';
const BILLING = '+14155551234';
const LAB = '+14155550408';
const SWITCHBOARD = '+14155550203';
const HZ = { dana: 440, agent: 700, elsewhere: 1300 };

const domains = [{ domain: OTHER, provider: 'sinch', numbers: [OTHER_LINE] }];

describe('the domain of a request', () => {
  function domainOf(uri: string, from: string, to: string): string {
    const config = parseConfig({
      domain: MAIN,
      domains,
      numbers: [LINE, OTHER_LINE].map((number) => ({ number, to: ['console'] })),
    });
    if (!config.ok) throw new Error(config.error.join('\n'));
    const request = createRequest({
      method: 'INVITE',
      uri,
      headers: [
        ['Via', 'SIP/2.0/UDP 10.0.0.9;branch=z9hG4bK1'],
        ['From', `<${from}>;tag=a`],
        ['To', `<${to}>`],
        ['Call-ID', 'c'],
        ['CSeq', '1 INVITE'],
      ],
    });
    return new Domains(new LiveConfig(config.value)).ofRequest(request);
  }

  it.each([
    ['its Request-URI', `sip:+1@${OTHER}`, `sip:a@${MAIN}`, `sip:+1@${MAIN}`, OTHER],
    ['From where that names none', 'sip:+1@127.0.0.1', `sip:a@${OTHER.toUpperCase()}`, `sip:+1@${MAIN}`, OTHER],
    ['To where neither does', 'sip:+1@127.0.0.1', 'sip:a@pbx.test', `sip:+1@${OTHER}`, OTHER],
    ['the main one where nothing does', 'tel:+1', 'sip:a@pbx.test', 'tel:+1', MAIN],
  ])('is that of %s', (_, uri, from, to, domain) => {
    expect(domainOf(uri, from, to)).toBe(domain);
  });
});

describe('a trunk of two domains', () => {
  let real: RealTrunk;
  let agent: RealEndpoint;
  let elsewhere: RealEndpoint;

  beforeEach(async () => {
    agent = await startEndpoint(HZ.agent);
    elsewhere = await startEndpoint(HZ.elsewhere);
    real = await startRealTrunk(
      {
        domain: MAIN,
        domains,
        webhooks: { allow: ['127.0.0.0/8'] },
        numbers: [
          { number: LINE, to: [agent.uri('agent')] },
          { number: OTHER_LINE, to: [agent.uri('agent')] },
        ],
      },
      { [DANA]: HZ.dana },
    );
    for (const number of [DANA, BILLING]) real.trunk.setParty(number, 'answer', 0);
    real.trunk.setParty(SWITCHBOARD, 'transfer-on', 0);
  });

  afterEach(async () => {
    await real.close();
    await agent.close();
    await elsewhere.close();
  });

  async function called(line: string): Promise<{ callId: string; dana: PartyPhone; phone: PartyPhone }> {
    const danas = nextPhone(real.trunk.parties);
    const agents = nextPhone(agent.host);
    const { callId } = await real.trunk.practiceCall({ caller: DANA, to: line });
    const [dana, phone] = await Promise.all([danas, agents]);
    await vi.waitFor(() => expect(real.trunk.call(callId)?.state).toBe('answered'));
    return { callId, dana, phone };
  }

  /** Resolves with the last status that the REFER led to. */
  function refer(phone: PartyPhone, referTo: string): Promise<number> {
    return new Promise((resolve) => {
      phone.session?.refer(referTo, [], {
        refused: resolve,
        notified: ({ status }) => {
          if (status >= 200) resolve(status);
        },
      });
    });
  }

  /** Resolves with the final status of a call that the endpoint places. */
  function dial(to: string, from: string): Promise<number> {
    const [hostname = '', port = ''] = real.trunk.addresses.udp.split(':');
    return new Promise((resolve) => {
      const session = agent.host.ua.invite(
        { uri: to, from, to: `<${to}>`, hop: { transport: 'UDP', host: hostname, port: Number(port) }, sdp: OFFER },
        {
          progressed() {},
          answered: ({ status }) => {
            resolve(status);
            session.hangUp();
          },
          failed: resolve,
          canceled() {},
          ended() {},
          offered: async () => OFFER,
          referred: (received) => received.reject(603),
        },
      );
    });
  }

  const over = () => vi.waitFor(() => expect(real.trunk.calls()).toEqual([]));
  const records = () => real.trunk.records.list({}).records;

  it('P14, S3: the same REFER is refused in one and forwarded in the other', async () => {
    const first = await called(LINE);
    expect(await refer(first.phone, `<${elsewhere.uri('sales')}>`)).toBe(403);
    first.dana.hangUp();
    await over();
    expect(records()).toMatchObject([{ provider: 'plivo', trunkDomain: MAIN, hangupCode: 3000 }]);
    expect(real.trunk.findings(first.callId)).toMatchObject([{ id: 'D1' }]);

    const second = await called(OTHER_LINE);
    expect(real.trunk.call(second.callId)?.domain).toBe(OTHER);
    const others = nextPhone(elsewhere.host);
    expect(await refer(second.phone, `<${elsewhere.uri('sales')}>`)).toBe(200);
    const { media } = await others;
    const ear = new Ear(media!);
    await vi.waitFor(() => expect(ear.energy(HZ.dana)).toBeGreaterThan(AUDIBLE), { timeout: 8000, interval: 50 });
    second.dana.hangUp();
    await over();
    const bySinch = { provider: 'sinch', trunkDomain: OTHER, hangupCode: null, hangupName: 'COMPLETED' };
    expect(records().slice(0, 2)).toMatchObject([
      { ...bySinch, kind: 'transfer', billable: false, callerIdRule: 'S3 unchanged' },
      { ...bySinch, kind: 'original' },
    ]);
    expect(real.trunk.findings(second.callId)).toEqual([]);
  });

  it('S2, P20: number and domain that a target sees are those of the domain of the call', async () => {
    const { callId, phone, dana } = await called(OTHER_LINE);
    expect(await refer(phone, `<sip:${BILLING}@${OTHER}>`)).toBe(200);
    const { messages = [] } = real.trunk.ladder(callId) ?? {};
    const invites = messages.filter(({ from, label }) => from === 'trunk' && label.startsWith('INVITE'));
    expect(invites.map(({ text }) => /^From: .*<sip:(.*)>/m.exec(text)?.[1])).toEqual([
      `${DANA}@${OTHER}`,
      `${OTHER_LINE}@${OTHER}`,
    ]);
    dana.hangUp();
    await over();
  });

  it('P14: a domain beside it is as foreign as any', async () => {
    const { phone } = await called(LINE);
    expect(await refer(phone, `<sip:${BILLING}@${OTHER}>`)).toBe(403);
  });

  it('S3: a URI in the domain beside it leads there, outside of rules and bills', async () => {
    const { phone, dana } = await called(OTHER_LINE);
    expect(await refer(phone, `<sip:nobody@${MAIN}>`)).toBe(404);
    expect(await refer(phone, `<sip:${BILLING}@${MAIN}>`)).toBe(200);
    dana.hangUp();
    await over();
    expect(records()[0]).toMatchObject({ kind: 'transfer', to: `sip:${BILLING}@${MAIN}`, billable: false });
  });

  it('S2: a call from the endpoint is under the rules of the domain that its From names', async () => {
    const target = `sip:${LAB}@127.0.0.1`;
    expect(await dial(target, `<sip:${LINE}@${OTHER}>`)).toBe(403);
    expect(await dial(`sip:+14155550486@127.0.0.1`, `<sip:${LINE}@${MAIN}>`)).toBe(486);
    expect(await dial(`sip:+14155550486@127.0.0.1`, `<sip:${OTHER_LINE}@${OTHER}>`)).toBe(486);
    await over();
    expect(records()).toMatchObject([
      { provider: 'sinch', trunkDomain: OTHER, hangupName: 'BUSY' },
      { provider: 'plivo', trunkDomain: MAIN, hangupCode: 4410 },
      { provider: 'sinch', trunkDomain: OTHER, hangupName: 'FAILED' },
    ]);
  });

  it('the check before a REFER speaks for the domain of the call, and so does the transfer by API', async () => {
    const { callId, dana } = await called(OTHER_LINE);
    const check = real.trunk.checkTarget('sip:sales@elsewhere.example', callId);
    expect(check).toMatchObject({ ok: true, callerId: { rule: 'S3 unchanged' } });
    expect(check.others.find(({ provider }) => provider === 'plivo')).toMatchObject({ ok: false, status: 403 });
    expect(real.trunk.checkTarget('sip:sales@elsewhere.example')).toMatchObject({ ok: false, rule: 'P14' });
    expect(real.trunk.checkTarget(BILLING, callId)).toMatchObject({ ok: true, callerId: { number: OTHER_LINE } });
    await real.trunk.transfer(callId, BILLING);
    await vi.waitFor(() => expect(real.trunk.call(callId)?.transfers[0]?.state).toBe('succeeded'), 5000);
    dana.hangUp();
    await over();
    expect(records()[0]).toMatchObject({ from: OTHER_LINE, to: BILLING, callerIdRule: 'S2 trunk number' });
  });

  it('P24: a simulated phone that transfers on does it within the domain of its call', async () => {
    const { phone, callId, dana } = await called(OTHER_LINE);
    expect(await refer(phone, `<sip:${SWITCHBOARD}@${OTHER}>`)).toBe(200);
    await vi.waitFor(() => expect(real.trunk.call(callId)?.transfers[1]?.state).toBe('succeeded'), 8000);
    dana.hangUp();
    await over();
    expect(records()[0]).toMatchObject({ kind: 'transfer', billable: true, callerIdRule: 'S2 trunk number' });
  });

  it('P16: a change of the domains holds at once, and live calls of one that is gone go on under the main one', async () => {
    const { phone, callId, dana } = await called(OTHER_LINE);
    expect(real.trunk.configure({ domains: [] })).toEqual({ changed: ['domains'], needsRestart: [] });
    expect(await refer(phone, `<${elsewhere.uri('sales')}>`)).toBe(403);
    expect(real.trunk.call(callId)?.state).toBe('answered');
    dana.hangUp();
    await over();
    expect(records()).toMatchObject([{ provider: 'sinch', trunkDomain: OTHER, hangupName: 'COMPLETED' }]);
  });
});

const OFFER = [
  'v=0',
  'o=- 1 1 IN IP4 127.0.0.1',
  's=-',
  'c=IN IP4 127.0.0.1',
  't=0 0',
  'm=audio 9 RTP/AVP 0',
  'a=sendrecv',
  '',
].join('\r\n');
