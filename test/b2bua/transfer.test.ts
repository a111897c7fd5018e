import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallSnapshot } from '../../src/core/b2bua/snapshot.ts';
import type { Session } from '../../src/core/ua/session.ts';
import {
  BILLING,
  CALLER,
  DOMAIN,
  LINE,
  refusing,
  ringing,
  SALES,
  startExchange,
  type Exchange,
  type RingingPhone,
} from '../support/exchange.ts';

let exchange: Exchange;
let agent: RingingPhone;

beforeEach(async () => {
  exchange = await startExchange();
  agent = ringing(exchange.clock, 100);
  exchange.phones.set(LINE, agent.phone);
});

afterEach(async () => {
  const { board, run, clock } = exchange;
  const { endCall } = await import('../../src/core/b2bua/hang-up.ts');
  for (const call of board.calls.values()) endCall(board, call, { by: 'trunk', result: 'answered' });
  await run(300_000);
  expect(board.calls.size).toBe(0);
  for (const each of [exchange.trunk, exchange.caller, exchange.endpoint]) {
    expect(each.transactions.counts()).toEqual({ client: 0, server: 0 });
    expect([...each.ua.sessions]).toEqual([]);
  }
  expect(exchange.records.every(({ end }) => end !== undefined)).toBe(true);
  expect(exchange.media.sessions.every(({ closed }) => closed)).toBe(true);
  expect(clock.pending).toBe(0);
});

/** A caller has dialled the endpoint's number, the endpoint has answered. */
async function inbound(): Promise<{
  call: () => CallSnapshot;
  caller: string[];
  endpoint: Session;
  callerSession: Session;
}> {
  const dialled = exchange.dial(exchange.caller, LINE);
  await exchange.run(300);
  const id = [...exchange.board.calls.keys()][0] ?? '';
  const endpoint = agent.session;
  if (!endpoint) throw new Error('the endpoint did not ring');
  return {
    call: () => {
      const picture = exchange.pictures.get(id);
      if (!picture) throw new Error('no picture of the call');
      return picture;
    },
    caller: dialled.events,
    callerSession: dialled.session,
    endpoint,
  };
}

interface Transferor {
  readonly log: string[];
}

function refer(session: Session, target = `<sip:${BILLING}@${DOMAIN}>`): Transferor {
  const log: string[] = [];
  session.refer(target, [], {
    accepted: ({ status }) => log.push(String(status)),
    refused: (status) => log.push(`refused ${status}`),
    notified: ({ status, reason }, terminated) => log.push(`NOTIFY ${status} ${reason}${terminated ? ' .' : ''}`),
  });
  return { log };
}

const legs = (call: CallSnapshot) => call.legs.map(({ role, state, result }) => [role, state, result ?? '']);

describe('a transfer that succeeds', () => {
  it('P1, P3, P4, P5, P6, P7: REFER, 202, NOTIFY 100, INVITE, NOTIFY 180, NOTIFY 200, BYE', async () => {
    const billing = ringing(exchange.clock, 2000);
    exchange.phones.set(BILLING, billing.phone);
    const { call, endpoint, caller } = await inbound();
    const { log } = refer(endpoint);
    await exchange.run(1000);
    expect(log).toEqual(['202', 'NOTIFY 100 Trying', 'NOTIFY 180 Ringing']);
    expect(agent.events).toEqual([]);
    expect(call().transfers[0]?.state).toBe('pending');
    await exchange.run(3000);
    expect(log).toEqual(['202', 'NOTIFY 100 Trying', 'NOTIFY 180 Ringing', 'NOTIFY 200 OK .']);
    expect(agent.events).toEqual(['ended remote']);
    expect(caller.at(-1)).toBe('answered');
    expect(billing.events).toEqual([]);
    expect(legs(call())).toEqual([
      ['caller', 'answered', ''],
      ['endpoint', 'ended', 'transferred'],
      ['target', 'answered', ''],
    ]);
    const { sent } = exchange.network;
    const at = (line: RegExp, text = '') => sent.findIndex((p) => line.test(p.startLine) && p.text.includes(text));
    const order = [
      at(/^REFER/),
      at(/ 202 /),
      at(/^NOTIFY/, '100 Trying'),
      at(new RegExp(`^INVITE sip:\\${BILLING}`)),
      at(/^NOTIFY/, '180 Ringing'),
      at(/^NOTIFY/, '200 OK'),
      at(/^BYE/),
    ];
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(order).not.toContain(-1);
  });

  it('P7: sends BYE only once the final NOTIFY has been answered, and caller and target then hear each other', async () => {
    exchange.phones.set(BILLING, ringing(exchange.clock, 500).phone);
    const { call, endpoint } = await inbound();
    refer(endpoint);
    await exchange.run(2000);
    const { sent } = exchange.network;
    const notify = sent.findLastIndex((p) => p.startLine.startsWith('NOTIFY'));
    const bye = sent.findIndex((p) => p.startLine.startsWith('BYE'));
    const answers = sent
      .slice(notify, bye)
      .filter((p) => p.startLine.startsWith('SIP/2.0 200') && p.text.includes('NOTIFY'));
    expect(answers).toHaveLength(1);
    const [caller, , target] = call().legs;
    expect(call().hears).toEqual([
      { listener: caller?.id, speaker: target?.id },
      { listener: target?.id, speaker: caller?.id },
    ]);
  });

  it('P2: takes REFER to the contact of the trunk with Refer-To in its domain', async () => {
    exchange.phones.set(BILLING, ringing(exchange.clock, 500).phone);
    const { endpoint } = await inbound();
    refer(endpoint);
    await exchange.run(1000);
    const message = exchange.network.sent.find((p) => p.startLine.startsWith('REFER'))?.text ?? '';
    expect(message).toMatch(/^REFER sip:trunk@/);
    expect(message).toContain(`Refer-To: <sip:${BILLING}@${DOMAIN}>`);
  });

  it('P1: works on a call that the endpoint placed', async () => {
    const dialled = ringing(exchange.clock, 100);
    const sales = ringing(exchange.clock, 100);
    exchange.phones.set(BILLING, dialled.phone);
    exchange.phones.set(SALES, sales.phone);
    const { session, events } = exchange.dial(exchange.endpoint, BILLING, {}, LINE);
    await exchange.run(500);
    const { log } = refer(session, `<sip:${SALES}@${DOMAIN}>`);
    await exchange.run(1000);
    expect(log.at(-1)).toBe('NOTIFY 200 OK .');
    expect(events).toEqual(['progressed 180', 'answered', 'ended remote']);
    expect([dialled.events, sales.events]).toEqual([[], []]);
  });

  it('P20: shows the target the original caller on an inbound call', async () => {
    exchange.phones.set(BILLING, ringing(exchange.clock).phone);
    const { endpoint } = await inbound();
    refer(endpoint);
    await exchange.run(500);
    const invite = exchange.network.sent.find((p) => p.startLine.startsWith(`INVITE sip:${BILLING}`))?.text ?? '';
    expect(invite).toContain(`From: <sip:${CALLER}@${DOMAIN}>`);
    expect(invite).toContain(`P-Asserted-Identity: <sip:${CALLER}@${DOMAIN}>`);
  });

  it('P20: shows the target the number that the endpoint gave as its own on an outbound call', async () => {
    exchange.phones.set(BILLING, ringing(exchange.clock, 100).phone);
    exchange.phones.set(SALES, ringing(exchange.clock).phone);
    const { session } = exchange.dial(exchange.endpoint, BILLING, {}, LINE);
    await exchange.run(500);
    refer(session, `<sip:${SALES}@${DOMAIN}>`);
    await exchange.run(500);
    const invite = exchange.network.sent.find((p) => p.startLine.startsWith(`INVITE sip:${SALES}`))?.text ?? '';
    expect(invite).toContain(`From: <sip:${LINE}@${DOMAIN}>`);
  });

  it('P8: lets the endpoint hang up itself after NOTIFY 200; caller and target talk on', async () => {
    exchange.phones.set(BILLING, ringing(exchange.clock, 500).phone);
    const { call, endpoint, caller } = await inbound();
    endpoint.refer(`<sip:${BILLING}@${DOMAIN}>`, [], {
      refused() {},
      notified: ({ status }) => {
        if (status === 200) endpoint.hangUp();
      },
    });
    await exchange.run(3000);
    expect(agent.events).toEqual(['ended local']);
    expect(caller.at(-1)).toBe('answered');
    expect(call().state).toBe('answered');
    expect(call().hears).toHaveLength(2);
    expect(exchange.records.map(({ kind, end }) => [kind, end?.endedBy, end?.result])).toEqual([
      ['original', 'endpoint', 'transferred'],
      ['transfer', undefined, undefined],
    ]);
  });

  it('P11 and P23: keeps the call up while the target rings; the caller hears ring-back', async () => {
    exchange.phones.set(BILLING, ringing(exchange.clock, 2000).phone);
    const { call, endpoint } = await inbound();
    const [caller, console] = call().legs.map(({ id }) => id);
    refer(endpoint);
    await exchange.run(1000);
    expect(call().hears).toContainEqual({ listener: caller, speaker: 'ring-back' });
    expect(call().hears).toContainEqual({ listener: console, speaker: caller });
    expect(call().state).toBe('answered');
  });

  it.each([
    ['the target hangs up', 'target'],
    ['the caller hangs up', 'caller'],
  ] as const)('P19: ends the whole call when %s after the transfer', async (_, who) => {
    const billing = ringing(exchange.clock, 500);
    exchange.phones.set(BILLING, billing.phone);
    const { call, endpoint, caller, callerSession } = await inbound();
    refer(endpoint);
    await exchange.run(2000);
    (who === 'target' ? billing.session : callerSession)?.hangUp();
    await exchange.run(500);
    expect(call().state).toBe('ended');
    expect(caller.at(-1)).toBe(who === 'target' ? 'ended remote' : 'ended local');
    expect(billing.events.at(-1)).toBe(who === 'target' ? 'ended local' : 'ended remote');
    expect(exchange.records.map(({ kind, end }) => [kind, end?.endedBy, end?.result])).toEqual([
      ['original', 'trunk', 'transferred'],
      ['transfer', who, 'answered'],
    ]);
  });

  it('P26: writes two records with one session id; the transfer record begins with the target', async () => {
    exchange.phones.set(BILLING, ringing(exchange.clock, 500).phone);
    const { endpoint, callerSession } = await inbound();
    refer(endpoint);
    await exchange.run(2000);
    callerSession.hangUp();
    await exchange.run(100);
    const [original, transfer] = exchange.records;
    expect(exchange.records).toHaveLength(2);
    expect(original?.sessionId).toBe(transfer?.sessionId);
    expect([original?.from.number, original?.to.number]).toEqual([CALLER, LINE]);
    expect([transfer?.from.number, transfer?.to.number]).toEqual([CALLER, BILLING]);
    expect(transfer?.answeredAt).toBeGreaterThan(original?.answeredAt ?? Infinity);
    expect(original?.end?.at).toBeLessThan(transfer?.end?.at ?? 0);
  });

  it('P24: lets a target that is an endpoint itself transfer the call on', async () => {
    const billing = ringing(exchange.clock, 500);
    exchange.phones.set(BILLING, billing.phone);
    exchange.phones.set(SALES, ringing(exchange.clock, 500).phone);
    const { call, endpoint, caller } = await inbound();
    refer(endpoint);
    await exchange.run(2000);
    if (!billing.session) throw new Error('billing did not ring');
    const { log } = refer(billing.session, `<sip:${SALES}@${DOMAIN}>`);
    await exchange.run(2000);
    expect(log.at(-1)).toBe('NOTIFY 200 OK .');
    expect(billing.events).toEqual(['ended remote']);
    expect(caller.at(-1)).toBe('answered');
    expect(legs(call()).map(([role, state]) => `${role} ${state}`)).toEqual([
      'caller answered',
      'endpoint ended',
      'target ended',
      'target answered',
    ]);
    expect(exchange.records.map(({ kind, end }) => [kind, end?.result])).toEqual([
      ['original', 'transferred'],
      ['transfer', 'transferred'],
      ['transfer', undefined],
    ]);
  });
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
    const { call, endpoint } = await inbound();
    const log: number[] = [];
    const headers: [string, string][] = target === undefined ? [] : [['Refer-To', target]];
    endpoint.request('REFER', headers, { response: (r) => log.push(r.status), timeout() {}, transportError() {} });
    await exchange.run(500);
    expect(log).toEqual([status]);
    expect(call().state).toBe('answered');
    expect(exchange.network.count('NOTIFY')).toBe(0);
    expect(exchange.records).toHaveLength(1);
  });

  it('RFC 3891: refuses an attended transfer with 501 and leaves the call alone', async () => {
    const { call, endpoint } = await inbound();
    const replaces = 'Replaces=abc%3Bto-tag%3D1%3Bfrom-tag%3D2';
    const { log } = refer(endpoint, `<sip:${BILLING}@${DOMAIN}?${replaces}>`);
    await exchange.run(500);
    expect(log).toEqual(['refused 501']);
    expect(call().state).toBe('answered');
  });

  it('P13: counts two Refer-To headers as malformed and says so', async () => {
    const { endpoint } = await inbound();
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
    await exchange.run(500);
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
      exchange.phones.set(BILLING, refusing(status));
      const { call, endpoint } = await inbound();
      const { log } = refer(endpoint);
      await exchange.run(500);
      expect(log).toEqual(['202', 'NOTIFY 100 Trying', `NOTIFY ${status} ${reason} .`]);
      expect(call().transfers[0]?.state).toBe('failed');
      expect(exchange.records.map(({ kind, end }) => [kind, end?.result])).toEqual([
        ['original', undefined],
        ['transfer', result],
      ]);
    },
  );

  it('P17: reports 408 after the ring time and cancels the target', async () => {
    const lab = ringing(exchange.clock);
    exchange.phones.set(BILLING, lab.phone);
    const { endpoint } = await inbound();
    const { log } = refer(endpoint);
    await exchange.run(29_000);
    expect(log).toHaveLength(3);
    await exchange.run(1500);
    expect(log.at(-1)).toBe('NOTIFY 408 Request Timeout .');
    expect(lab.events).toEqual(['canceled']);
  });

  it('P17: reports 408 for a target that never answers at all', async () => {
    exchange.phones.set(BILLING, () => {});
    exchange.network.drop = ({ to }) => to.host === '10.0.0.4';
    const { endpoint } = await inbound();
    const { log } = refer(endpoint);
    await exchange.run(33_000);
    expect(log).toEqual(['202', 'NOTIFY 100 Trying', 'NOTIFY 408 Request Timeout .']);
  });

  it('reports 404 for a number that nobody has', async () => {
    const { endpoint } = await inbound();
    const { log } = refer(endpoint, `<sip:+4930123456@${DOMAIN}>`);
    await exchange.run(500);
    expect(log).toEqual(['202', 'NOTIFY 100 Trying', 'NOTIFY 404 Not Found .']);
  });

  it('P18: leaves the caller on the line with audio both ways, and a second transfer succeeds', async () => {
    exchange.phones.set(BILLING, refusing(486));
    exchange.phones.set(SALES, ringing(exchange.clock, 500).phone);
    const { call, endpoint, caller } = await inbound();
    const { log } = refer(endpoint);
    await exchange.run(500);
    expect(log.at(-1)).toBe('NOTIFY 486 Busy Here .');
    const [callerId, endpointId] = call().legs.map(({ id }) => id);
    expect(call().hears).toEqual(
      expect.arrayContaining([
        { listener: callerId, speaker: endpointId },
        { listener: endpointId, speaker: callerId },
      ]),
    );
    expect(agent.events).toEqual([]);
    const second = refer(endpoint, `<sip:${SALES}@${DOMAIN}>`);
    await exchange.run(2000);
    expect(second.log.at(-1)).toBe('NOTIFY 200 OK .');
    expect(agent.events).toEqual(['ended remote']);
    expect(caller.at(-1)).toBe('answered');
  });

  it('P9: a BYE of the endpoint before NOTIFY 200 drops the caller and cancels the target', async () => {
    const billing = ringing(exchange.clock);
    exchange.phones.set(BILLING, billing.phone);
    const { call, endpoint, caller } = await inbound();
    refer(endpoint);
    await exchange.run(1000);
    endpoint.hangUp();
    await exchange.run(500);
    expect(caller.at(-1)).toBe('ended remote');
    expect(billing.events).toEqual(['canceled']);
    expect(call().state).toBe('ended');
    expect(exchange.records.map(({ kind, end }) => [kind, end?.endedBy, end?.result])).toEqual([
      ['original', 'endpoint', 'answered'],
      ['transfer', 'trunk', 'canceled'],
    ]);
  });

  it('cancels the target and releases the endpoint when the caller hangs up while it rings', async () => {
    const billing = ringing(exchange.clock);
    exchange.phones.set(BILLING, billing.phone);
    const { endpoint, callerSession } = await inbound();
    const { log } = refer(endpoint);
    await exchange.run(1000);
    callerSession.hangUp();
    await exchange.run(500);
    expect(billing.events).toEqual(['canceled']);
    expect(agent.events).toEqual(['ended remote']);
    expect(log.at(-1)).toBe('NOTIFY 487 Request Terminated .');
  });

  it('P24: a second REFER while the first target rings cancels it with 487 and goes ahead', async () => {
    const first = ringing(exchange.clock);
    exchange.phones.set(BILLING, first.phone);
    exchange.phones.set(SALES, ringing(exchange.clock, 500).phone);
    const { call, endpoint } = await inbound();
    const one = refer(endpoint);
    await exchange.run(1000);
    const two = refer(endpoint, `<sip:${SALES}@${DOMAIN}>`);
    await exchange.run(2000);
    expect(first.events).toEqual(['canceled']);
    // The REFER is answered before anything is said about the one that it replaces.
    const labels = exchange.tracer.ladder(call().id)?.messages.map(({ label }) => label) ?? [];
    const from = labels.findLastIndex((label) => label === 'REFER');
    expect(labels.slice(from).filter((label) => /^(REFER|202|NOTIFY \((1|4))/.test(label))).toEqual([
      'REFER',
      '202 Accepted',
      'NOTIFY (487 Request Terminated)',
      'NOTIFY (100 Trying)',
      'NOTIFY (180 Ringing)',
    ]);
    expect(one.log.at(-1)).toBe('NOTIFY 487 Request Terminated .');
    expect(two.log.at(-1)).toBe('NOTIFY 200 OK .');
  });

  it('P10: goes on with the transfer when NOTIFYs are not answered', async () => {
    exchange.phones.set(BILLING, ringing(exchange.clock, 40_000).phone);
    const { call, endpoint } = await inbound();
    exchange.network.drop = ({ startLine, from }) =>
      from.host === exchange.endpoint.hop.host && startLine.startsWith('SIP/2.0')
        ? false
        : startLine.startsWith('NOTIFY');
    refer(endpoint);
    await exchange.run(29_000);
    expect(call().transfers[0]?.state).toBe('pending');
    expect(call().state).toBe('answered');
    exchange.network.drop = () => false;
  });

  it('refuses REFER before there is anybody to transfer', async () => {
    const slow = ringing(exchange.clock);
    exchange.phones.set(BILLING, slow.phone);
    const { session } = exchange.dial(exchange.endpoint, BILLING, {}, LINE);
    await exchange.run(500);
    const { log } = refer(session, `<sip:${SALES}@${DOMAIN}>`);
    await exchange.run(500);
    expect(log).toEqual(['refused 403']);
    session.hangUp();
  });
});
