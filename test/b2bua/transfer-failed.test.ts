import { beforeEach, describe, expect, it } from 'vitest';
import { BILLING, DOMAIN, LINE, refusing, ringing, SALES } from '../support/exchange.ts';
import { refer, startScene, type Scene } from '../support/scene.ts';

let scene: Scene;

beforeEach(async () => {
  scene = await startScene();
});

describe('a transfer that fails', () => {
  it.each([
    ['P13', undefined, 400],
    ['P13', 'sip:', 400],
    ['P13', `<sip:12@${DOMAIN}>`, 400],
    ['P13', `<sip:+0141555512@${DOMAIN}>`, 400],
    ['P13', `<sip:+1234567890123456@${DOMAIN}>`, 400],
    ['P13', '<tel:+14155551234>', 400],
    ['P14', '<sip:+14155551234@elsewhere.example>', 403],
    ['P14', '<sip:sales@elsewhere.example>', 403],
    ['P15', '<sip:+14155551234@192.168.1.4>', 403],
    ['P15', '<sip:+14155551234@127.0.0.1:5060>', 403],
    ['P15', '<sip:+14155551234@[fd00::1]>', 403],
  ])('%s: answers a Refer-To of %s with %i and leaves the call alone', async (_, target, status) => {
    const { call, endpoint } = await scene.inbound();
    const log: number[] = [];
    const headers: [string, string][] = target === undefined ? [] : [['Refer-To', target]];
    endpoint.request('REFER', headers, { response: (r) => log.push(r.status), timeout() {}, transportError() {} });
    await scene.run(500);
    expect(log).toEqual([status]);
    expect(call().state).toBe('answered');
    expect(scene.network.count('NOTIFY')).toBe(0);
    expect(scene.records).toHaveLength(1);
  });

  it('RFC 3891: refuses an attended transfer with 501 and leaves the call alone', async () => {
    const { call, endpoint } = await scene.inbound();
    const replaces = 'Replaces=abc%3Bto-tag%3D1%3Bfrom-tag%3D2';
    const log = refer(endpoint, `<sip:${BILLING}@${DOMAIN}?${replaces}>`);
    await scene.run(500);
    expect(log).toEqual(['refused 501']);
    expect(call().state).toBe('answered');
  });

  it('P13: counts two Refer-To headers as malformed and says so', async () => {
    const { endpoint } = await scene.inbound();
    const warnings: (string | undefined)[] = [];
    const value = `<sip:${BILLING}@${DOMAIN}>`;
    endpoint.request(
      'REFER',
      [
        ['Refer-To', value],
        ['Refer-To', value],
      ],
      {
        response: (r) => warnings.push(`${r.status} ${r.headers.get('Warning')}`),
        timeout() {},
        transportError() {},
      },
    );
    await scene.run(500);
    expect(warnings).toEqual([`400 399 ${DOMAIN} "there are two Refer-To headers"`]);
  });

  it.each([
    [486, 'Busy Here', 'busy'],
    [603, 'Decline', 'declined'],
    [404, 'Not Found', 'not-found'],
    [503, 'Service Unavailable', 'failed'],
  ])(
    "P17: passes the target's %i on in the NOTIFY as it came, and ends the subscription",
    async (status, reason, result) => {
      scene.phones.set(BILLING, refusing(status));
      const { call, endpoint } = await scene.inbound();
      const log = refer(endpoint);
      await scene.run(500);
      expect(log).toEqual(['202', 'NOTIFY 100 Trying', `NOTIFY ${status} ${reason} .`]);
      expect(call().transfers[0]?.state).toBe('failed');
      expect(scene.records.map(({ kind, end }) => [kind, end?.result])).toEqual([
        ['original', undefined],
        ['transfer', result],
      ]);
    },
  );

  it('P17: reports 408 after the ring time and cancels the target', async () => {
    const lab = ringing(scene.clock);
    scene.phones.set(BILLING, lab.phone);
    const { endpoint } = await scene.inbound();
    const log = refer(endpoint);
    await scene.run(29_000);
    expect(log).toHaveLength(3);
    await scene.run(1500);
    expect(log.at(-1)).toBe('NOTIFY 408 Request Timeout .');
    expect(lab.events).toEqual(['canceled']);
  });

  it('P17: reports 408 for a target that never answers at all', async () => {
    scene.phones.set(BILLING, () => {});
    scene.network.drop = ({ to }) => to.host === '10.0.0.4';
    const { endpoint } = await scene.inbound();
    const log = refer(endpoint);
    await scene.run(33_000);
    expect(log).toEqual(['202', 'NOTIFY 100 Trying', 'NOTIFY 408 Request Timeout .']);
  });

  it('reports 404 for a number that nobody has', async () => {
    const { endpoint } = await scene.inbound();
    const log = refer(endpoint, `<sip:+4930123456@${DOMAIN}>`);
    await scene.run(500);
    expect(log).toEqual(['202', 'NOTIFY 100 Trying', 'NOTIFY 404 Not Found .']);
  });

  it('P18: leaves the caller on the line with audio both ways, and a second transfer succeeds', async () => {
    scene.phones.set(BILLING, refusing(486));
    scene.phones.set(SALES, ringing(scene.clock, 500).phone);
    const { call, endpoint, callerEvents } = await scene.inbound();
    const log = refer(endpoint);
    await scene.run(500);
    expect(log.at(-1)).toBe('NOTIFY 486 Busy Here .');
    const [callerId, endpointId] = call().legs.map(({ id }) => id);
    expect(call().hears).toEqual(
      expect.arrayContaining([
        { listener: callerId, speaker: endpointId },
        { listener: endpointId, speaker: callerId },
      ]),
    );
    expect(scene.agent.events).toEqual([]);
    const second = refer(endpoint, `<sip:${SALES}@${DOMAIN}>`);
    await scene.run(2000);
    expect(second.at(-1)).toBe('NOTIFY 200 OK .');
    expect(scene.agent.events).toEqual(['ended remote']);
    expect(callerEvents.at(-1)).toBe('answered');
  });

  it('P9: a BYE of the endpoint before NOTIFY 200 drops the caller and cancels the target', async () => {
    const billing = ringing(scene.clock);
    scene.phones.set(BILLING, billing.phone);
    const { call, endpoint, callerEvents } = await scene.inbound();
    refer(endpoint);
    await scene.run(1000);
    endpoint.hangUp();
    await scene.run(500);
    expect(callerEvents.at(-1)).toBe('ended remote');
    expect(billing.events).toEqual(['canceled']);
    expect(call().state).toBe('ended');
    expect(scene.records.map(({ kind, end }) => [kind, end?.endedBy, end?.result])).toEqual([
      ['original', 'endpoint', 'answered'],
      ['transfer', 'trunk', 'canceled'],
    ]);
  });

  it('cancels the target and releases the endpoint when the caller hangs up while it rings', async () => {
    const billing = ringing(scene.clock);
    scene.phones.set(BILLING, billing.phone);
    const { endpoint, caller } = await scene.inbound();
    const log = refer(endpoint);
    await scene.run(1000);
    caller.hangUp();
    await scene.run(500);
    expect(billing.events).toEqual(['canceled']);
    expect(scene.agent.events).toEqual(['ended remote']);
    expect(log.at(-1)).toBe('NOTIFY 487 Request Terminated .');
  });

  it('P24: a second REFER while the first target rings cancels it with 487 and goes ahead', async () => {
    const first = ringing(scene.clock);
    scene.phones.set(BILLING, first.phone);
    scene.phones.set(SALES, ringing(scene.clock, 500).phone);
    const { call, endpoint } = await scene.inbound();
    const one = refer(endpoint);
    await scene.run(1000);
    const two = refer(endpoint, `<sip:${SALES}@${DOMAIN}>`);
    await scene.run(2000);
    expect(first.events).toEqual(['canceled']);
    // The REFER is answered before anything is said about the one that it replaces.
    const labels = scene.tracer.ladder(call().id)?.messages.map(({ label }) => label) ?? [];
    const from = labels.findLastIndex((label) => label === 'REFER');
    expect(labels.slice(from).filter((label) => /^(REFER|202|NOTIFY \((1|4))/.test(label))).toEqual([
      'REFER',
      '202 Accepted',
      'NOTIFY (487 Request Terminated)',
      'NOTIFY (100 Trying)',
      'NOTIFY (180 Ringing)',
    ]);
    expect(one.at(-1)).toBe('NOTIFY 487 Request Terminated .');
    expect(two.at(-1)).toBe('NOTIFY 200 OK .');
  });

  it('P10: goes on with the transfer when NOTIFYs are not answered', async () => {
    scene.phones.set(BILLING, ringing(scene.clock, 40_000).phone);
    const { call, endpoint } = await scene.inbound();
    scene.network.drop = ({ startLine, from }) =>
      from.host === scene.endpoint.hop.host && startLine.startsWith('SIP/2.0') ? false : startLine.startsWith('NOTIFY');
    refer(endpoint);
    await scene.run(29_000);
    expect(call().transfers[0]?.state).toBe('pending');
    expect(call().state).toBe('answered');
    scene.network.drop = () => false;
  });

  it('refuses REFER before there is anybody to transfer', async () => {
    const slow = ringing(scene.clock);
    scene.phones.set(BILLING, slow.phone);
    const { session } = scene.dial(scene.endpoint, BILLING, {}, LINE);
    await scene.run(500);
    const log = refer(session, `<sip:${SALES}@${DOMAIN}>`);
    await scene.run(500);
    expect(log).toEqual(['refused 403']);
    session.hangUp();
  });
});
