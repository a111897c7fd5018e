import { describe, expect, it } from 'vitest';
import { policies } from '../../src/core/b2bua/providers/index.ts';
import { plivo } from '../../src/core/b2bua/providers/plivo.ts';
import { sinch } from '../../src/core/b2bua/providers/sinch.ts';
import { twilio } from '../../src/core/b2bua/providers/twilio.ts';
import type { DirectoryEntry } from '../../src/core/trunk/api.ts';
import { checkTarget, toE164 } from '../../src/core/trunk/target-check.ts';
import { account } from '../b2bua/providers/account.ts';

const directory: DirectoryEntry[] = [
  { number: '+14155551234', name: 'Billing', kind: 'party', willDo: 'Answers after 1.5 s and talks.', canCall: false },
];

const check = (input: string, policy = plivo, more = {}) =>
  checkTarget(input, { account: account(more), policy, policies: Object.values(policies), directory });

describe('the check before a REFER is sent', () => {
  it.each(['Billing', 'billing ', '+14155551234', '(415) 555-1234', '0014155551234'])('finds who %j is', (input) => {
    expect(check(input)).toEqual({
      input,
      ok: true,
      status: 202,
      number: '+14155551234',
      name: 'Billing',
      says: 'Answers after 1.5 s and talks.',
      others: [
        { provider: 'sinch', ok: true, status: 202, says: 'called as +14155551234 from demo.zt.patchcord.test' },
        { provider: 'twilio', ok: true, status: 202, says: 'called as +14155551234 from demo.zt.patchcord.test' },
      ],
    });
  });

  it('P14 and S3: says what each provider would do with a foreign domain', () => {
    expect(check('sip:sales@elsewhere.example')).toMatchObject({
      ok: false,
      status: 403,
      rule: 'P14',
      says: 'Refused with 403 Forbidden (P14): elsewhere.example is a foreign domain.',
      others: [
        { provider: 'sinch', ok: true, status: 202, says: 'forwarded to sip:sales@elsewhere.example' },
        { provider: 'twilio', ok: true, status: 202, says: 'forwarded to sip:sales@elsewhere.example' },
      ],
    });
    expect(check('sip:sales@elsewhere.example', sinch)).toMatchObject({
      ok: true,
      status: 202,
      says: "Goes to sip:sales@elsewhere.example directly, free of charge and of the trunk's rules.",
      others: [
        { provider: 'plivo', ok: false, status: 403, says: '403, elsewhere.example is a foreign domain (P14)' },
        { provider: 'twilio' },
      ],
    });
  });

  it('P16 and S2: names the country under both', () => {
    expect(check('+4930901820')).toMatchObject({
      status: 403,
      rule: 'P16',
      says: 'Refused with 403 Forbidden (P16): +4930901820 is in Germany (DE); enabled are US, CA, GB.',
      others: [{ provider: 'sinch', status: 403, says: expect.stringContaining('(S2)') }, { provider: 'twilio' }],
    });
  });

  it('Twilio: takes tel:, and says by which setting it refuses', () => {
    expect(check('tel:+1-415-555-1234', twilio)).toMatchObject({ ok: true, number: '+14155551234', name: 'Billing' });
    expect(check('tel:+14155551234')).toMatchObject({ ok: false, status: 400, rule: 'P13' });
    const transfers = { mode: 'sip-only', callerId: 'from-transferee' };
    expect(check('Billing', twilio, { transfers })).toMatchObject({
      ok: false,
      status: 603,
      rule: 'TransferMode',
      says: 'Refused with 603 Decline (TransferMode): transfers to the PSTN are not enabled on this trunk, only to SIP: sip-only.',
    });
    expect(check('Billing', plivo, { transfers }).others).toContainEqual({
      provider: 'twilio',
      ok: false,
      status: 603,
      says: '603, transfers to the PSTN are not enabled on this trunk, only to SIP: sip-only (TransferMode)',
    });
  });

  it('P25: says when there is no room', () => {
    const capacity = { legs: 1, concurrentCalls: 1, callsPerSecond: 1, waitMs: 0 };
    expect(check('Billing', plivo, { capacity })).toMatchObject({ ok: false, status: 503, rule: 'P25' });
  });

  it('P13: offers the number that was meant', () => {
    expect(check('44 1632 960000')).toMatchObject({ ok: false, status: 400, rule: 'P13' });
    expect(check('441632960000')).toMatchObject({ status: 400, fix: '+441632960000' });
  });

  describe('for a call', () => {
    const parties = {
      direction: 'inbound',
      from: { number: '+14155550142', name: 'Dana' },
      to: { number: '+14155550100', name: 'Console' },
    } as const;
    const ofCall = (input: string, policy = plivo, state = {}) =>
      checkTarget(input, {
        account: account({ numbers: ['+14155550100'] }),
        policy,
        policies: Object.values(policies),
        directory,
        call: { answered: true, pendingTransfer: false, parties, ...state },
      });

    it('P20 and S2: says which caller ID the target will see, by which rule, and which one elsewhere', () => {
      expect(ofCall('Billing')).toMatchObject({
        ok: true,
        callerId: { number: '+14155550142', name: 'Dana', rule: 'P20 inbound' },
        others: [
          { provider: 'sinch', says: 'called as +14155551234, showing +14155550100' },
          { provider: 'twilio', says: 'called as +14155551234, showing +14155550142' },
        ],
      });
      expect(ofCall('Billing', sinch)).toMatchObject({
        callerId: { number: '+14155550100', rule: 'S2 trunk number' },
        others: [
          { provider: 'plivo', says: 'called as +14155551234, showing +14155550142' },
          { provider: 'twilio', says: 'called as +14155551234, showing +14155550142' },
        ],
      });
    });

    it('S3: shows the caller unchanged where the trunk only forwards', () => {
      expect(ofCall('sip:sales@elsewhere.example', sinch).callerId).toMatchObject({ rule: 'S3 unchanged' });
      expect(ofCall('sip:sales@elsewhere.example').others).toMatchObject([
        { ok: true, says: 'forwarded to sip:sales@elsewhere.example, showing +14155550142' },
        { ok: true, says: 'forwarded to sip:sales@elsewhere.example, showing +14155550142' },
      ]);
    });

    it('says no caller ID for what is refused, and refuses while there is nobody to transfer', () => {
      expect(ofCall('sip:sales@elsewhere.example')).not.toHaveProperty('callerId');
      const early = ofCall('Billing', plivo, { answered: false });
      expect(early).toMatchObject({ ok: false, status: 403, rule: 'RFC 3515' });
    });
  });

  it('says that nobody has a number', () => {
    expect(check('+14155559999').says).toBe('Nobody has this number here: the transfer will fail with 404.');
  });
});

it.each([
  ['+1 (415) 555-1234', '+14155551234'],
  ['004930901820', '+4930901820'],
  ['14155551234', '+14155551234'],
  ['4155551234', '+14155551234'],
  ['555', undefined],
  ['', undefined],
])('%j is the number %j', (input, number) => {
  expect(toE164(input)).toBe(number);
});
