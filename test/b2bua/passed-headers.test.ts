import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { headersPassedBy, forwardersOf } from '../../src/core/b2bua/passed-headers.ts';
import type { ProviderPolicy } from '../../src/core/b2bua/policy.ts';
import { sinch } from '../../src/core/b2bua/providers/sinch.ts';
import { twilio } from '../../src/core/b2bua/providers/twilio.ts';
import { createRequest } from '../../src/core/message/index.ts';
import type { Session } from '../../src/core/ua/session.ts';
import {
  BILLING,
  CALLER,
  DOMAIN,
  LINE,
  plainUser,
  ringing,
  startExchange,
  type Exchange,
  type RingingPhone,
} from '../support/exchange.ts';
import { expectNothingLeft } from '../support/nothing-left.ts';

let exchange: Exchange;
let phone: RingingPhone;
let billing: RingingPhone;
let caller: Session;

beforeEach(async () => {
  exchange = await startExchange();
  phone = ringing(exchange.clock, 100);
  billing = ringing(exchange.clock, 500);
  exchange.phones.set(LINE, phone.phone);
  exchange.phones.set(BILLING, billing.phone);
});

afterEach(async () => {
  caller.hangUp();
  await exchange.run(2000);
  expect(exchange.board.calls.size).toBe(0);
  const { clock, trunk, caller: callers, endpoint } = exchange;
  expectNothingLeft(clock, trunk, callers, endpoint);
});

/** The caller dials LINE with these headers; gives what it was told. */
async function dial(headers: [string, string][] = []): Promise<string[]> {
  const events: string[] = [];
  caller = exchange.caller.ua.invite(
    {
      uri: `sip:${LINE}@${exchange.trunk.hop.host}`,
      from: `<sip:${CALLER}@${DOMAIN}>`,
      to: `<sip:${LINE}@${DOMAIN}>`,
      hop: exchange.trunk.hop,
      sdp: 'sendrecv',
      headers,
    },
    plainUser(events),
  );
  await exchange.run(50);
  return events;
}

const last = (start: string) =>
  exchange.network.sent.findLast((packet) => packet.startLine.startsWith(start))?.text ?? '';
const toEndpoint = () => last(`INVITE sip:${LINE}@10.0.0.3`);
const toBilling = () => last(`INVITE sip:${BILLING}@10.0.0.4`);

async function refer(referTo: string, headers: [string, string][] = []): Promise<void> {
  phone.session?.refer(referTo, headers, { refused() {}, notified() {} });
  await exchange.run(200);
}

describe('RFC 7332 §3, RFC 3261 §16.6: Max-Forwards', () => {
  it('is one less on the other leg', async () => {
    await dial([['Max-Forwards', '12']]);
    expect(toEndpoint()).toContain('Max-Forwards: 11\r\n');
  });

  it('is 0 on the other leg after 1, and 483 after 0', async () => {
    await dial([['Max-Forwards', '1']]);
    expect(toEndpoint()).toContain('Max-Forwards: 0\r\n');
    caller.hangUp();
    await exchange.run(500);
    expect(await dial([['Max-Forwards', '0']])).toEqual(['failed 483']);
    expect(exchange.board.calls.size).toBe(0);
  });

  it('ends two trunks that lead to each other', async () => {
    // The number leads back to the trunk itself: each round is a call more.
    const route = exchange.board.options.route(LINE)?.destinations[0];
    if (!route) throw new Error('LINE leads nowhere');
    Object.assign(exchange.endpoint.hop, exchange.trunk.hop);
    const events = await dial([['Max-Forwards', '6']]);
    await exchange.run(2000);
    expect(events.at(-1)).toBe('failed 483');
    expect(exchange.network.sent.filter(({ startLine }) => startLine.startsWith('INVITE'))).toHaveLength(7);
  });
});

describe('RFC 3323 §4.2, RFC 3325 §9.3: Privacy', () => {
  it('id hides the number: From is anonymous and no identity is asserted', async () => {
    await dial([['Privacy', 'id']]);
    expect(toEndpoint()).toMatch(/From: "?Anonymous"? <sip:anonymous@anonymous\.invalid>;tag=/);
    expect(toEndpoint()).not.toContain(CALLER);
    expect(toEndpoint()).toContain('Privacy: id\r\n');
  });

  it('goes on hiding it from the target of a transfer', async () => {
    await dial([['Privacy', 'id']]);
    await exchange.run(500);
    await refer(`<sip:${BILLING}@${DOMAIN}>`);
    expect(toBilling()).toContain('anonymous@anonymous.invalid');
    expect(toBilling()).not.toContain(CALLER);
  });

  it('keeps the number in the records', async () => {
    await dial([['Privacy', 'id']]);
    expect(exchange.records.map(({ from }) => from.number)).toEqual([CALLER]);
  });

  it('none, or nothing, shows and asserts it', async () => {
    await dial([['Privacy', 'none']]);
    expect(toEndpoint()).toContain(`P-Asserted-Identity: <sip:${CALLER}@${DOMAIN}>`);
  });

  it.each([
    ['user;id', true],
    ['header', true],
    ['none', false],
    ['critical', false],
  ])('%s hides: %s', (value, hides) => {
    const request = createRequest({ method: 'INVITE', uri: 'sip:a@b', headers: [['Privacy', value]] });
    expect(headersPassedBy(request).privacy).toBe(hides ? value : undefined);
  });
});

describe('RFC 7433 §4: User-to-User', () => {
  const data = '56a390f3d2b7310023a2;encoding=hex;purpose=foo;content=bar';

  it('goes from the INVITE to the INVITE of the other leg, unchanged', async () => {
    await dial([['User-to-User', data]]);
    expect(toEndpoint()).toContain(`User-to-User: ${data}\r\n`);
  });

  it('goes from the headers of Refer-To to the target, and that of the first INVITE does not', async () => {
    await dial([['User-to-User', 'aa;encoding=hex']]);
    await exchange.run(500);
    await refer(`<sip:${BILLING}@${DOMAIN}?User-to-User=${encodeURIComponent(data)}&Subject=x>`);
    expect(toBilling()).toContain(`User-to-User: ${data}\r\n`);
    expect(toBilling().match(/User-to-User/g)).toHaveLength(1);
    expect(toBilling()).not.toContain('Subject');
  });
});

describe('W26: where a call has been', () => {
  const diversion = '<sip:+14155550190@there.test>;reason=user-busy;counter=1, <tel:+14155550191>;reason=no-answer';
  const history = '<sip:+14155550190@there.test?Reason=SIP%3Bcause%3D486>;index=1, <sip:+14155550100@h>;index=1.1;mp=1';

  it('goes to the other leg, unchanged and in its order', async () => {
    await dial([
      ['Diversion', diversion],
      ['Diversion', '<sip:first@there.test>'],
      ['History-Info', history],
    ]);
    expect(toEndpoint()).toContain(`Diversion: ${diversion}\r\nDiversion: <sip:first@there.test>\r\n`);
    expect(toEndpoint()).toContain(`History-Info: ${history}\r\n`);
  });

  it.each(['history', 'header', 'id;history'])('is left out when Privacy says %s', async (privacy) => {
    await dial([
      ['Privacy', privacy],
      ['Diversion', diversion],
      ['History-Info', history],
    ]);
    expect(toEndpoint()).not.toMatch(/Diversion|History-Info/);
  });

  it('goes no further where it is longer than any call has been about', async () => {
    await dial([
      ['Diversion', diversion],
      ['Diversion', `<sip:${'a'.repeat(2000)}@there.test>`],
    ]);
    expect(toEndpoint().match(/^Diversion: .*/gm)).toEqual([`Diversion: ${diversion}`]);
  });

  it('of the first INVITE does not go to the target of a transfer', async () => {
    await dial([['Diversion', diversion]]);
    await exchange.run(500);
    await refer(`<sip:${BILLING}@${DOMAIN}>`);
    expect(toBilling()).not.toContain('Diversion');
  });

  it('names who has forwarded it, whatever way the numbers are written', () => {
    const request = createRequest({
      method: 'INVITE',
      uri: 'sip:a@b',
      headers: [
        ['Diversion', diversion],
        ['History-Info', history],
        ['Diversion', '<sip:@>'],
      ],
    });
    expect(forwardersOf(request)).toEqual(['+14155550190', '+14155550191', '+14155550190', '+14155550100']);
  });
});

describe('W26: the caller ID of a call that the endpoint forwards', () => {
  const stranger = '+442079460000';
  const outcome = async (policy: ProviderPolicy, headers: [string, string][]) => {
    const scene = await startExchange({ policy });
    const rung = ringing(scene.clock, 100);
    scene.phones.set(BILLING, rung.phone);
    const events: string[] = [];
    const session = scene.endpoint.ua.invite(
      {
        uri: `sip:${BILLING}@${scene.trunk.hop.host}`,
        from: `<sip:${stranger}@${DOMAIN}>`,
        to: `<sip:${BILLING}@${DOMAIN}>`,
        hop: scene.trunk.hop,
        sdp: 'sendrecv',
        headers,
      },
      plainUser(events),
    );
    await scene.run(500);
    session.hangUp();
    await scene.run(2000);
    const invite = scene.network.sent.findLast(({ startLine }) =>
      startLine.startsWith(`INVITE sip:${BILLING}@10.0.0.4`),
    );
    return /^From: .*sip:([^@]+)@/m.exec(invite?.text ?? '')?.[1] ?? events.at(-1);
  };

  beforeEach(() => dial().then(() => undefined));

  it('may be that of the original caller where the profile allows it and a number of the trunk has forwarded it', async () => {
    expect(await outcome(twilio, [['Diversion', `<sip:${LINE}@there.test>;reason=no-answer`]])).toBe(stranger);
    expect(await outcome(twilio, [['History-Info', `<sip:${LINE}@there.test>;index=1`]])).toBe(stranger);
    expect(await outcome(twilio, [['Diversion', '<sip:+14155550191@there.test>']])).toBe('failed 403');
    expect(await outcome(twilio, [])).toBe('failed 403');
  });

  it('has to be a number of the trunk where the profile does not', async () => {
    expect(await outcome(sinch, [['Diversion', `<sip:${LINE}@there.test>`]])).toBe('failed 403');
  });
});

describe('T3: fields of an application', () => {
  it('go from the INVITE to the INVITE of the other leg, unchanged and in their order', async () => {
    await dial([
      ['X-AcctNumber', '123456'],
      ['x-reasonForCalling', 'billing; "a, b" = 1%2'],
      ['User-to-User', 'aa;encoding=hex'],
      ['Subject', 'billing'],
    ]);
    expect(toEndpoint()).toContain('X-AcctNumber: 123456\r\nx-reasonForCalling: billing; "a, b" = 1%2\r\n');
    expect(toEndpoint()).toContain('User-to-User: aa;encoding=hex\r\n');
    expect(toEndpoint()).not.toContain('Subject');
  });

  it('go no further when they grow beyond 1024 characters', async () => {
    await dial([
      ['X-A', 'a'.repeat(1000)],
      ['X-B', 'b'.repeat(21)],
      ['X-C', 'c'],
    ]);
    expect(toEndpoint()).toContain('X-A: ');
    expect(toEndpoint()).not.toMatch(/X-[BC]: /);
  });

  it('of the first INVITE do not go to the target of a transfer', async () => {
    await dial([['X-AcctNumber', '123456']]);
    await exchange.run(500);
    await refer(`<sip:${BILLING}@${DOMAIN}>`);
    expect(toBilling()).not.toContain('X-AcctNumber');
  });
});

it('RFC 3892 §2.2: Referred-By goes from the REFER to the target', async () => {
  await dial();
  await exchange.run(500);
  await refer(`<sip:${BILLING}@${DOMAIN}>`, [['Referred-By', '<sip:agent7@example.test>']]);
  expect(toBilling()).toContain('Referred-By: <sip:agent7@example.test>\r\n');
});

describe('RFC 3326 §1: Reason', () => {
  it('of a BYE goes to the other leg', async () => {
    await dial();
    await exchange.run(500);
    phone.session?.hangUp(480, 'Q.850;cause=16;text="Terminated", SIP;cause=200');
    await exchange.run(100);
    const byes = exchange.network.sent.filter(({ startLine }) => startLine.startsWith('BYE')).map(({ text }) => text);
    expect(byes).toHaveLength(2);
    expect(byes[1]).toContain('Reason: Q.850;cause=16;text="Terminated", SIP;cause=200\r\n');
  });

  it('of a CANCEL goes to the CANCEL of the other leg', async () => {
    exchange.phones.set(LINE, ringing(exchange.clock).phone);
    await dial();
    caller.hangUp(480, 'SIP;cause=200;text="Call completed elsewhere"');
    await exchange.run(100);
    const cancels = exchange.network.sent.filter(({ startLine }) => startLine.startsWith('CANCEL'));
    expect(cancels).toHaveLength(2);
    expect(cancels[1]?.text).toContain('Reason: SIP;cause=200;text="Call completed elsewhere"\r\n');
  });

  it('of the caller reaches the target of a transfer when the call ends', async () => {
    await dial();
    await exchange.run(500);
    await refer(`<sip:${BILLING}@${DOMAIN}>`);
    await exchange.run(3000);
    caller.hangUp(480, 'Q.850;cause=31');
    await exchange.run(100);
    expect(last(`BYE sip:agent@10.0.0.4`)).toContain('Reason: Q.850;cause=31\r\n');
  });
});

describe('RFC 3261 §15.1.2', () => {
  it('a caller that leaves with BYE while it rings is recorded as having cancelled, and the callee is cancelled', async () => {
    const silent = ringing(exchange.clock);
    exchange.phones.set(LINE, silent.phone);
    await dial();
    caller.request('BYE', [], { response() {}, timeout() {}, transportError() {} });
    await exchange.run(200);
    expect(silent.events).toEqual(['canceled']);
    expect(exchange.records.map(({ end }) => [end?.result, end?.endedBy])).toEqual([['canceled', 'caller']]);
  });
});

it('RFC 3261 §13.3.1: a phone whose every response is lost, so that nobody can cancel it, stops ringing by itself', async () => {
  exchange.network.drop = ({ from }) => from.host === exchange.endpoint.hop.host;
  const silent = ringing(exchange.clock);
  exchange.phones.set(LINE, silent.phone);
  const events = await dial();
  await exchange.run(31_000);
  expect([events.at(-1), silent.events]).toEqual(['failed 408', []]);
  await exchange.run(5000);
  expect(silent.events).toEqual(['canceled']);
});
