import { describe, expect, it } from 'vitest';
import { authorise, authoriseCall } from '../../../src/core/b2bua/authorise.ts';
import type { Account, ReferVerdict } from '../../../src/core/b2bua/policy.ts';
import { plivo } from '../../../src/core/b2bua/providers/plivo.ts';
import { sinch } from '../../../src/core/b2bua/providers/sinch.ts';
import { account } from './account.ts';

const DOMAIN = account().domain;
const TALKING = { answered: true, pendingTransfer: false };

const ask = (policy: typeof plivo, referTo: readonly string[], more: Partial<Account> = {}): ReferVerdict =>
  authorise({ referTo }, TALKING, account(more), policy);

/** `202 number`, or the refusal with its rule. */
const brief = (verdict: ReferVerdict): string => {
  if (!verdict.allowed) return `${verdict.status} ${verdict.rule} ${verdict.explanation}`;
  return verdict.kind === 'pstn' ? `pstn ${verdict.number}` : `sip ${verdict.uri}`;
};

describe('Plivo', () => {
  it.each([
    ['a name-addr', `<sip:+14155551234@${DOMAIN}>`],
    ['a bare URI', `sip:+14155551234@${DOMAIN}`],
    ['a display name and parameters', `"Billing" <sip:+14155551234@${DOMAIN};transport=udp>;x=1`],
    ['capitals in the domain', `<sip:+14155551234@${DOMAIN.toUpperCase()}>`],
    ['sips', `<sips:+14155551234@${DOMAIN}>`],
  ])('P2: takes %s', (_, referTo) => {
    expect(brief(ask(plivo, [referTo]))).toBe('pstn +14155551234');
  });

  it.each([
    ['no Refer-To', [], 'Refer-To is missing'],
    ['two of them', [`<sip:+14155551234@${DOMAIN}>`, `<sip:+14155551234@${DOMAIN}>`], 'there are two Refer-To headers'],
    ['a tel: URI', ['<tel:+14155551234>'], 'Refer-To has the scheme tel:, only sip: and sips: are taken'],
    ['no user part', [`<sip:${DOMAIN}>`], 'the Refer-To URI has no user part'],
    ...['14155551234', '+141555', '+1234567890123456', '+04155551234', 'sales', '+1-415-555-1234', '++14155551234'].map(
      (user): [string, string[], string] => [
        `the user part ${user}`,
        [`<sip:${user}@${DOMAIN}>`],
        `the user part ${user} is no E.164 number (+, then 7 to 15 digits, no leading zero)`,
      ],
    ),
  ])('P13: answers 400 to %s', (_, referTo, explanation) => {
    expect(brief(ask(plivo, referTo))).toBe(`400 P13 ${explanation}`);
  });

  it.each([['sip:'], [''], ['<sip:+14155551234@'], ['<>']])('P13: answers 400 to %j, which cannot be read', (value) => {
    expect(brief(ask(plivo, [value]))).toMatch(/^400 P13 Refer-To cannot be read: /);
  });

  it('P13: takes the shortest and the longest number that E.164 allows', () => {
    expect(brief(ask(plivo, [`<sip:+1234567@${DOMAIN}>`]))).toBe('pstn +1234567');
    expect(brief(ask(plivo, [`<sip:+123456789012345@${DOMAIN}>`]))).toBe('pstn +123456789012345');
  });

  it('P13: suggests the number that was meant, where it can be seen', () => {
    const suggestion = (user: string) => {
      const verdict = ask(plivo, [`<sip:${user}@${DOMAIN}>`]);
      return verdict.allowed ? undefined : verdict.suggestion;
    };
    expect(suggestion('14155551234')).toBe(`<sip:+14155551234@${DOMAIN}>`);
    expect(suggestion('00441632960000')).toBe(`<sip:+441632960000@${DOMAIN}>`);
    expect(suggestion('sales')).toBe(`<sip:+14155551234@${DOMAIN}>`);
  });

  it.each(['elsewhere.example', `sub.${DOMAIN}`, `${DOMAIN}.evil.example`, '198.51.100.7', '[2001:db8::1]'])(
    'P14: answers 403 to the foreign host %s, whatever the user part',
    (host) => {
      for (const user of ['+14155551234', 'sales']) {
        expect(brief(ask(plivo, [`<sip:${user}@${host}>`]))).toMatch(/^403 P14 /);
      }
    },
  );

  it.each([
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.254',
    '192.168.1.4',
    '127.0.0.1',
    '169.254.1.1',
    '100.64.0.1',
    '0.0.0.0',
    'localhost',
    '[::1]',
    '[fe80::1]',
    '[fd12:3456::1]',
    '[::ffff:192.168.1.4]',
  ])('P15: answers 403 to the private host %s', (host) => {
    expect(brief(ask(plivo, [`<sip:+14155551234@${host}>`]))).toMatch(/^403 P15 the host .* is a private address$/);
  });

  it('P15: does not take the neighbours of private networks for private', () => {
    for (const host of ['172.15.0.1', '172.32.0.1', '11.0.0.1', '192.169.0.1', '[fec0::1]']) {
      expect(brief(ask(plivo, [`<sip:+14155551234@${host}>`]))).toMatch(/^403 P14 /);
    }
  });

  it.each([
    ['+4930901820', 'Germany (DE)'],
    ['+12425550123', 'Bahamas (BS)'],
    ['+441481960194', 'Guernsey (GG)'],
    ['+77012345678', 'Kazakhstan (KZ)'],
  ])('P16: answers 403 to %s and names the country, %s', (number, country) => {
    expect(brief(ask(plivo, [`<sip:${number}@${DOMAIN}>`]))).toContain(`403 P16 ${number} is in ${country}`);
  });

  it('P16: answers 403 to a number of no country', () => {
    expect(brief(ask(plivo, [`<sip:+80012345678@${DOMAIN}>`]))).toMatch(/^403 P16 .* in no country/);
  });

  it.each(['+14155551234', '+14165550123', '+442079460000'])('P16: lets %s through', (number) => {
    expect(brief(ask(plivo, [`<sip:${number}@${DOMAIN}>`]))).toBe(`pstn ${number}`);
  });

  it('P16: never bars a number of the trunk itself', () => {
    const own = { numbers: ['+4930901820'], countries: ['US'] };
    expect(brief(ask(plivo, [`<sip:+4930901820@${DOMAIN}>`], own))).toBe('pstn +4930901820');
  });

  const full = { legs: 100, concurrentCalls: 100, callsPerSecond: 50, waitMs: 0 };

  it('P25: answers 503 with Retry-After when every call is in use', () => {
    const verdict = ask(plivo, [`<sip:+14155551234@${DOMAIN}>`], { capacity: full });
    expect(verdict).toMatchObject({ allowed: false, status: 503, rule: 'P25', retryAfterSeconds: 5 });
  });

  it('P25: answers 503 with the time to wait when calls come too fast', () => {
    const capacity = { ...full, legs: 1, callsPerSecond: 1, waitMs: 1400 };
    const verdict = ask(plivo, [`<sip:+14155551234@${DOMAIN}>`], { capacity });
    expect(verdict).toMatchObject({ status: 503, explanation: 'more than 1 call per second', retryAfterSeconds: 2 });
  });

  it('P24: counts the target that a second REFER replaces as free', () => {
    const refer = { referTo: [`<sip:+14155551234@${DOMAIN}>`] };
    const call = { answered: true, pendingTransfer: true };
    expect(authorise(refer, call, account({ capacity: full }), plivo).allowed).toBe(true);
  });

  it('refuses with 403 while there is nobody to transfer', () => {
    const call = { answered: false, pendingTransfer: false };
    const verdict = authorise({ referTo: [`<sip:+14155551234@${DOMAIN}>`] }, call, account(), plivo);
    expect(brief(verdict)).toContain('there is nobody to transfer yet');
  });

  it.each(['inbound', 'outbound'] as const)('P20: shows the target of an %s call who the call is from', (direction) => {
    const from = { number: '+14155550199', name: 'Dana' };
    const target = { allowed: true, kind: 'pstn', number: '+14155551234', billable: true } as const;
    const to = { number: '+14155550100', name: '' };
    expect(plivo.callerId({ direction, from, to }, target, account())).toEqual({
      identity: from,
      rule: `P20 ${direction}`,
    });
  });
});

describe('Sinch', () => {
  it('S2: calls a number of the same domain, and bills it', () => {
    expect(ask(sinch, [`<sip:+14155551234@${DOMAIN}>`])).toEqual({
      allowed: true,
      kind: 'pstn',
      number: '+14155551234',
      billable: true,
    });
  });

  it.each([
    ['<sip:sales@elsewhere.example>', 'sip:sales@elsewhere.example'],
    ['<sip:+4930901820@198.51.100.7:5070;transport=tcp>', 'sip:+4930901820@198.51.100.7:5070;transport=tcp'],
    ['<sip:agent@192.168.1.4?X-Ticket=7>', 'sip:agent@192.168.1.4'],
    ['<sip:agent@elsewhere.example;method=INVITE>', 'sip:agent@elsewhere.example'],
  ])('S3: sends %s to that SIP URI, S4: free of charge', (referTo, uri) => {
    expect(ask(sinch, [referTo])).toEqual({ allowed: true, kind: 'sip', uri, billable: false });
  });

  it('S3: applies no country and no capacity to another domain', () => {
    const none = { countries: [], capacity: { legs: 9, concurrentCalls: 1, callsPerSecond: 1, waitMs: 900 } };
    expect(ask(sinch, ['<sip:+4930901820@elsewhere.example>'], none).allowed).toBe(true);
    expect(brief(ask(sinch, [`<sip:+14155551234@${DOMAIN}>`], none))).toMatch(/^403 S2 /);
    expect(brief(ask(sinch, [`<sip:+14155551234@${DOMAIN}>`], { capacity: none.capacity }))).toMatch(/^503 S2 /);
  });

  it('S1: answers 400 to a Refer-To that leads nowhere', () => {
    expect(brief(ask(sinch, []))).toBe('400 S1 Refer-To is missing');
    expect(brief(ask(sinch, ['<tel:+14155551234>']))).toMatch(/^400 S1 /);
    expect(brief(ask(sinch, [`<sip:sales@${DOMAIN}>`]))).toMatch(/^400 S2 /);
  });

  const caller = { number: '+442079460000', name: 'Dana' };
  const line = { number: '+14155550101', name: 'Line' };
  const pstn = { allowed: true, kind: 'pstn', number: '+14155551234', billable: true } as const;

  it.each([
    ['the number that was dialled', 'inbound', caller, line, line.number],
    ['the number that the endpoint used', 'outbound', line, caller, line.number],
    ['its first number where the call shows none of its own', 'outbound', caller, caller, '+14155550100'],
  ] as const)('S2: shows a PSTN target a number of the trunk: %s', (_, direction, from, to, shown) => {
    const { identity, rule } = sinch.callerId({ direction, from, to }, pstn, account());
    expect([identity.number, rule]).toEqual([shown, 'S2 trunk number']);
  });

  it('S3: leaves the caller as it is towards another domain', () => {
    const sip = { allowed: true, kind: 'sip', uri: 'sip:a@elsewhere.example', billable: false } as const;
    const { identity, rule } = sinch.callerId({ direction: 'inbound', from: caller, to: line }, sip, account());
    expect([identity, rule]).toEqual([caller, 'S3 unchanged']);
  });

  it.each([
    ['answered', 'COMPLETED'],
    ['transferred', 'COMPLETED'],
    ['busy', 'BUSY'],
    ['no-answer', 'NO_ANSWER'],
    ['canceled', 'CANCEL'],
    ['declined', 'FAILED'],
    ['not-found', 'FAILED'],
    ['failed', 'FAILED'],
    ['interrupted', 'FAILED'],
  ] as const)('S5: calls a leg that ended as %s %s', (result, name) => {
    const end = {
      result,
      endedBy: 'caller',
      status: undefined,
      answered: false,
      far: 'customer',
      why: undefined,
    } as const;
    expect(sinch.hangup(end)).toEqual({ code: undefined, name, source: 'carrier' });
  });
});

describe('a new call', () => {
  const call = (direction: 'inbound' | 'outbound', from: string, to: string) => ({
    direction,
    from: { number: from, name: '' },
    to: { number: to, name: '' },
  });
  const barred = call('outbound', '+14155550100', '+4930901820');

  it('P16: may not leave the enabled countries', () => {
    expect(authoriseCall(barred, account(), plivo)).toMatchObject({ status: 403, rule: 'P16', limit: 'country' });
    expect(authoriseCall({ ...barred, direction: 'inbound' }, account(), plivo)).toBeUndefined();
  });

  it('S2: shows a number of the trunk, or is refused', () => {
    const foreign = call('outbound', '+14155550199', '+14155551234');
    expect(authoriseCall(foreign, account(), sinch)).toMatchObject({ status: 403, rule: 'S2', limit: 'caller-id' });
    expect(authoriseCall(foreign, account(), plivo)).toBeUndefined();
    expect(authoriseCall(call('outbound', '14155550100', '+14155551234'), account(), sinch)).toBeUndefined();
  });

  it('P25: needs room like any other leg', () => {
    const capacity = { legs: 2, concurrentCalls: 2, callsPerSecond: 50, waitMs: 0 };
    const inbound = call('inbound', '+14155550199', '+14155550100');
    expect(authoriseCall(inbound, account({ capacity }), plivo)).toMatchObject({ limit: 'concurrent-calls' });
    expect(authoriseCall(inbound, account({ capacity: { ...capacity, legs: 1, waitMs: 1 } }), plivo)).toMatchObject({
      limit: 'calls-per-second',
      retryAfterSeconds: 1,
    });
  });
});
