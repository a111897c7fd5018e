import { describe, expect, it } from 'vitest';
import type { LegResult } from '../../../src/nouns/call.ts';
import { authorise, authoriseCall } from '../../../src/core/b2bua/authorise.ts';
import type { Account, ReferVerdict, TransferSettings } from '../../../src/core/b2bua/policy.ts';
import { twilio } from '../../../src/core/b2bua/providers/twilio.ts';
import { account } from './account.ts';

const DOMAIN = account().domain;
const NUMBER = '+14155551234';

const settings = (more: Partial<TransferSettings>): Partial<Account> => ({
  transfers: { mode: 'enable-all', callerId: 'from-transferee', ...more },
});

const ask = (referTo: readonly string[], more: Partial<Account> = {}): string => {
  const verdict: ReferVerdict = authorise(
    { referTo },
    { answered: true, pendingTransfer: false },
    account(more),
    twilio,
  );
  if (!verdict.allowed) return `${verdict.status} ${verdict.rule} ${verdict.explanation}`;
  return verdict.kind === 'pstn' ? `pstn ${verdict.number}` : `sip ${verdict.uri}`;
};

const pstn = [
  `<sip:${NUMBER}@my-trunk.pstn.twilio.com>`,
  `<sip:${NUMBER}@MY-TRUNK.pstn.twilio.com:5060;transport=tcp>`,
  `<sip:${NUMBER}@my-trunk.pstn.ashburn.twilio.com>`,
  `<sip:${NUMBER}@${DOMAIN}>`,
  `<tel:${NUMBER}>`,
  `tel:+1-415-555-1234`,
  `<tel:${NUMBER};phone-context=example.com>`,
];
const sip = [
  ['<sip:sales@elsewhere.example>', 'sip sip:sales@elsewhere.example'],
  ['<sips:sales@elsewhere.example:5071>', 'sip sips:sales@elsewhere.example:5071'],
  [`<sip:${NUMBER}@192.0.2.7>`, `sip sip:${NUMBER}@192.0.2.7`],
  [`<sip:${NUMBER}@pstn.twilio.com.evil.example>`, `sip sip:${NUMBER}@pstn.twilio.com.evil.example`],
  ['<sip:sales@10.1.2.3;method=INVITE?X-Why=billing>', 'sip sip:sales@10.1.2.3'],
  // W14: escapes are not ours to undo.
  ['<sip:a%3Bb@elsewhere.example;x=%41;method=INVITE?X-Why=%41>', 'sip sip:a%3Bb@elsewhere.example;x=%41'],
] as const;

describe('the target of a REFER', () => {
  it.each(pstn)('Twilio: %s leads into the telephone network', (referTo) => {
    expect(ask([referTo])).toBe(`pstn ${NUMBER}`);
  });

  it.each(sip)('Twilio: %s leads to a SIP destination, outside its bounds', (referTo, verdict) => {
    expect(ask([referTo], { countries: [], capacity: full })).toBe(verdict);
  });

  it.each([
    ['no Refer-To', [], 'Refer-To is missing'],
    ['two of them', ['<tel:+14155551234>', '<tel:+14155551234>'], 'there are two Refer-To headers'],
    ['another scheme', ['<mailto:a@b>'], 'Refer-To has the scheme mailto:, only sip:, sips: and tel: are taken'],
    ['a short number', ['<tel:911>'], 'the user part 911 is no E.164 number'],
    ['a name at the telephone network', [`<sip:sales@${DOMAIN}>`], 'the user part sales is no E.164 number'],
    ['no user part', ['<sip:my-trunk.pstn.twilio.com>'], 'the Refer-To URI has no user part'],
  ])('Twilio: %s is malformed', (_, referTo, explanation) => {
    expect(ask(referTo)).toContain(`400 Refer-To ${explanation}`);
  });

  it('Twilio: attended transfer is not available', () => {
    expect(ask(['<sip:a@elsewhere.example?Replaces=1%3Bto-tag%3D2%3Bfrom-tag%3D3>'])).toMatch(/^501 /);
  });
});

const full = { legs: 100, concurrentCalls: 100, callsPerSecond: 50, waitMs: 0 };

describe('Twilio: TransferMode', () => {
  it.each([...pstn, ...sip.map(([referTo]) => referTo), '<nonsense'])('disable-all refuses %s', (referTo) => {
    expect(ask([referTo], settings({ mode: 'disable-all' }))).toBe(
      '603 TransferMode call transfers are disabled on this trunk: disable-all',
    );
  });

  it.each(pstn)('sip-only refuses %s', (referTo) => {
    expect(ask([referTo], settings({ mode: 'sip-only' }))).toMatch(/^603 TransferMode transfers to the PSTN/);
  });

  it.each(sip)('sip-only takes %s', (referTo, verdict) => {
    expect(ask([referTo], settings({ mode: 'sip-only' }))).toBe(verdict);
  });

  it('sip-only still says 400 to a malformed number', () => {
    expect(ask(['<tel:911>'], settings({ mode: 'sip-only' }))).toMatch(/^400 /);
  });
});

describe('Twilio: the bounds of the telephone network', () => {
  it('are the countries that are enabled, and the capacity', () => {
    expect(ask(['<tel:+4930901820>'])).toMatch(/^403 geo permissions .*Germany/);
    expect(ask([`<tel:${NUMBER}>`], { capacity: full })).toMatch(/^503 CPS all 100 concurrent calls/);
  });

  it('are the caller ID of a call that the endpoint places: a number of the trunk', () => {
    const call = (from: string) => ({
      direction: 'outbound' as const,
      from: { number: from, name: '' },
      to: { number: NUMBER, name: '' },
    });
    expect(authoriseCall(call('+14155550100'), account(), twilio)).toBeUndefined();
    expect(authoriseCall(call('+14155550142'), account(), twilio)).toMatchObject({ status: 403, limit: 'caller-id' });
  });
});

describe('Twilio: TransferCallerId', () => {
  const A = { number: '+14155550142', name: 'Dana' };
  const B = { number: '+14155550100', name: 'Endpoint' };
  const target = { allowed: true, kind: 'pstn', number: NUMBER, billable: true } as const;
  const shown = (direction: 'inbound' | 'outbound', callerId: TransferSettings['callerId']) =>
    twilio.callerId({ direction, from: A, to: B }, target, account(settings({ callerId })));

  it.each([
    // Origination: A calls the endpoint, and becomes the caller of the child call.
    ['inbound', 'from-transferee', A],
    ['inbound', 'from-transferor', B],
    // Termination: the endpoint A calls B, and B becomes the caller of the child call.
    ['outbound', 'from-transferee', B],
    ['outbound', 'from-transferor', A],
  ] as const)('%s, %s', (direction, setting, identity) => {
    expect(shown(direction, setting)).toEqual({ identity, rule: `TransferCallerId ${setting}` });
  });

  it('is from-transferee where the account says nothing', () => {
    expect(twilio.callerId({ direction: 'inbound', from: A, to: B }, target, account()).identity).toBe(A);
  });
});

it.each<[LegResult, string]>([
  ['answered', 'completed'],
  ['transferred', 'completed'],
  ['busy', 'busy'],
  ['no-answer', 'no-answer'],
  ['canceled', 'canceled'],
  ['declined', 'failed'],
  ['not-found', 'failed'],
  ['failed', 'failed'],
  ['interrupted', 'failed'],
])('Twilio: a leg that ended as %s has the status %s', (result, name) => {
  const end = {
    result,
    endedBy: 'caller',
    status: undefined,
    answered: true,
    far: 'customer',
    why: undefined,
  } as const;
  expect(twilio.hangup(end)).toEqual({ code: undefined, name, source: 'carrier' });
});
