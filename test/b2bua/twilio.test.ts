/** The trunk under the profile of Twilio: the endpoint sends REFER. */
import { describe, expect, it } from 'vitest';
import { twilio } from '../../src/core/b2bua/providers/twilio.ts';
import type { Session } from '../../src/core/ua/session.ts';
import { callSid } from '../../src/core/voice/sids.ts';
import { voiceParameters } from '../../src/core/voice/call-facts.ts';
import { BILLING, CALLER, DOMAIN, LINE, refusing, ringing, SALES, type ExchangeOptions } from '../support/exchange.ts';
import { refer, startScene, type Scene } from '../support/scene.ts';

/** Another company's phone: the party agent, under its own address. */
const ELSEWHERE = 'sip:sales@10.0.0.4';

const scene = (more: ExchangeOptions = {}) => startScene({ policy: twilio, countries: ['US'], ...more });

/** As `refer`, by an endpoint that hangs up after NOTIFY 200, as Twilio expects it to. */
function referAndLeave(session: Session, target: string): string[] {
  const log: string[] = [];
  session.refer(target, [], {
    refused: (status) => log.push(`refused ${status}`),
    notified: ({ status, reason }) => {
      log.push(`NOTIFY ${status} ${reason}`);
      if (status === 200) session.hangUp();
    },
  });
  return log;
}

describe('Twilio: the transferor sends BYE', () => {
  it('after NOTIFY 200, and the trunk does not', async () => {
    const at = await scene();
    at.phones.set(BILLING, ringing(at.clock, 300).phone);
    const { endpoint, call, callerEvents } = await at.inbound();
    const log = referAndLeave(endpoint, `<tel:${BILLING}>`);
    await at.run(2000);
    expect(log).toEqual(['NOTIFY 100 Trying', 'NOTIFY 180 Ringing', 'NOTIFY 200 OK']);
    expect(at.network.sent.filter(({ startLine }) => startLine.startsWith('BYE')).map(({ from }) => from.host)).toEqual(
      [at.endpoint.hop.host],
    );
    expect(callerEvents).toEqual(['progressed 180', 'answered']);
    expect(call().hears).toHaveLength(2);
    expect(at.summary()).toEqual(['original transferred endpoint completed', 'transfer open']);
  });

  it('or, when it does not, the trunk after 32 seconds; caller and target talk all the while', async () => {
    const at = await scene();
    at.phones.set(BILLING, ringing(at.clock, 300).phone);
    const { endpoint, call } = await at.inbound();
    const log = refer(endpoint);
    await at.run(30_000);
    expect(log.at(-1)).toBe('NOTIFY 200 OK .');
    expect(at.agent.events).toEqual([]);
    expect(call().hears).toHaveLength(2);
    expect(at.summary()).toEqual(['original open', 'transfer open']);
    await at.run(4000);
    expect(at.agent.events).toEqual(['ended remote']);
    expect(at.summary()).toEqual(['original transferred trunk completed', 'transfer open']);
  });

  it('and before NOTIFY 200 it drops the caller', async () => {
    const at = await scene();
    at.phones.set(BILLING, ringing(at.clock).phone);
    const { endpoint, callerEvents } = await at.inbound();
    refer(endpoint);
    await at.run(500);
    endpoint.hangUp();
    await at.run(500);
    expect(callerEvents.at(-1)).toBe('ended remote');
    expect(at.summary()).toEqual(['original answered endpoint completed', 'transfer canceled trunk 487 canceled']);
  });
});

/** `from → to, direction, child`, as the provider's log has each leg of the call. */
const calls = (at: Scene): string[] => {
  const [call] = at.board.calls.values();
  return call!.legs.map((leg) => {
    const said = Object.fromEntries(voiceParameters(call!, leg, 'AC'));
    const child = said['ParentCallSid'] === callSid(call!.legs[0]!);
    return `${said['From']} → ${said['To']}, ${said['Direction']}${child ? ', child' : ''}`;
  });
};

describe('Twilio: the transfer is a child call of the original', () => {
  it('origination: A calls the endpoint, the child is A → C', async () => {
    const at = await scene();
    at.phones.set(BILLING, ringing(at.clock, 100).phone);
    const { endpoint } = await at.inbound();
    referAndLeave(endpoint, `<sip:${BILLING}@${DOMAIN}>`);
    await at.run(1000);
    expect(at.records.map(({ from, to }) => `${from.number} → ${to.number}`)).toEqual([
      `${CALLER} → ${LINE}`,
      `${CALLER} → ${BILLING}`,
    ]);
    expect(calls(at).at(-1)).toBe(`${CALLER} → ${BILLING}, outbound-dial, child`);
  });

  it('termination: the endpoint calls B, the child is B → C', async () => {
    const at = await scene();
    at.phones.set(BILLING, ringing(at.clock, 100).phone);
    at.phones.set(SALES, ringing(at.clock, 100).phone);
    const { session } = at.dial(at.endpoint, BILLING, {}, LINE);
    await at.run(500);
    referAndLeave(session, `<sip:${SALES}@my-trunk.pstn.twilio.com>`);
    await at.run(1000);
    expect(at.records.map(({ from, to, referred }) => [`${from.number} → ${to.number}`, referred])).toEqual([
      [`${LINE} → ${BILLING}`, false],
      [`${BILLING} → ${SALES}`, true],
    ]);
    const invite = at.network.sent.findLast((p) => p.startLine.startsWith(`INVITE sip:${SALES}`))?.text ?? '';
    expect(invite).toContain(`From: <sip:${BILLING}@${DOMAIN}>`);
    expect(calls(at).slice(1)).toEqual([
      `${LINE} → ${BILLING}, outbound-dial, child`,
      `${BILLING} → ${SALES}, outbound-dial, child`,
    ]);
  });
});

it('Twilio: a SIP destination is called at its own address, and what it says is passed on', async () => {
  const at = await scene({ countries: [] });
  at.phones.set('sales', refusing(486));
  const { endpoint, call } = await at.inbound();
  const log = refer(endpoint, `<${ELSEWHERE}>`);
  await at.run(500);
  expect(log.at(-1)).toBe('NOTIFY 486 Busy Here .');
  expect(call().hears).toHaveLength(2);
  expect(at.summary()).toEqual(['original open', 'transfer busy target 486 busy']);
});

it('Twilio: TransferMode disable-all refuses REFER with 603, and the call goes on', async () => {
  const at = await scene({ transfers: { mode: 'disable-all', callerId: 'from-transferee' } });
  const { endpoint, call } = await at.inbound();
  const log = refer(endpoint);
  await at.run(300);
  expect(log).toEqual(['refused 603']);
  expect(at.network.sent.find(({ startLine }) => startLine.startsWith('SIP/2.0 603'))?.text).toContain(
    'call transfers are disabled on this trunk: disable-all',
  );
  expect(call().hears).toHaveLength(2);
});
