import { describe, expect, it } from 'vitest';
import type { DirectoryEntry } from '../../src/nouns/directory.ts';
import { policies } from '../../src/core/b2bua/providers/index.ts';
import { plivo } from '../../src/core/b2bua/providers/plivo.ts';
import { sinch } from '../../src/core/b2bua/providers/sinch.ts';
import { twilio } from '../../src/core/b2bua/providers/twilio.ts';
import { checkTarget } from '../../src/core/api/target-check.ts';
import { account } from '../b2bua/providers/account.ts';

const directory: DirectoryEntry[] = [
  { number: '+14155551234', name: 'Billing', kind: 'party', willDo: 'Answers after 1.5 s and talks.', canCall: false },
  {
    number: '+14155550486',
    name: 'Night desk',
    kind: 'party',
    behaviour: 'busy',
    willDo: 'Is busy (486).',
    canCall: false,
  },
  { number: '+14155550100', name: 'Console', kind: 'console', willDo: 'Rings console.', canCall: false },
];

const check = (input: string, policy = plivo, more = {}) =>
  checkTarget(input, { account: account(more), policy, policies: Object.values(policies), directory, country: 'US' });

const checkDial = (input: string, policy = plivo, more = {}) =>
  checkTarget(input, {
    account: account(more),
    policy,
    policies: Object.values(policies),
    directory,
    country: 'US',
    purpose: 'dial',
    ownNumber: '+14155550100',
  });

describe('the check before a REFER is sent', () => {
  it.each(['Billing', 'billing ', '+14155551234', '(415) 555-1234', '0014155551234'])('finds who %j is', (input) => {
    expect(check(input)).toEqual({
      input,
      ok: true,
      will: 'ring',
      target: '+14155551234',
      status: 202,
      number: '+14155551234',
      name: 'Billing',
      says: 'Billing: answers after 1.5 s and talks.',
      detail: 'The trunk answers REFER with 202.',
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
      will: 'fail',
      says: 'The trunk will refuse it: elsewhere.example is a foreign domain.',
      detail: '403 Forbidden, rule P14.',
      others: [
        { provider: 'sinch', ok: true, status: 202, says: 'forwarded to sip:sales@elsewhere.example' },
        { provider: 'twilio', ok: true, status: 202, says: 'forwarded to sip:sales@elsewhere.example' },
      ],
    });
    expect(check('sip:sales@elsewhere.example', sinch)).toMatchObject({
      ok: true,
      status: 202,
      says: 'Goes to sip:sales@elsewhere.example directly, past the trunk’s rules.',
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
      says: 'The trunk will refuse it: +4930901820 is in Germany (DE); enabled are US, CA, GB.',
      others: [{ provider: 'sinch', status: 403, says: expect.stringContaining('(S2)') }, { provider: 'twilio' }],
    });
  });

  it('Twilio: takes tel:, and says by which setting it refuses', () => {
    expect(check('tel:+1-415-555-1234', twilio)).toMatchObject({ ok: true, number: '+14155551234', name: 'Billing' });
    // A person's tel: link is read here; what goes out is a number.
    expect(check('tel:+14155551234')).toMatchObject({ ok: true, target: '+14155551234' });
    const transfers = { mode: 'sip-only', callerId: 'from-transferee' };
    expect(check('Billing', twilio, { transfers })).toMatchObject({
      ok: false,
      status: 603,
      rule: 'TransferMode',
      detail: '603 Decline, rule TransferMode.',
      says: 'The trunk will refuse it: transfers to the PSTN are not enabled on this trunk, only to SIP: sip-only.',
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
    const domain = 'demo.zt.patchcord.test';
    expect(check(`sip:441632960000@${domain}`)).toMatchObject({ ok: false, status: 400, fix: '+441632960000' });
    expect(check('555-1234')).toMatchObject({ ok: false, will: 'not-sent', status: 400 });
    expect(check('204')).toMatchObject({ ok: false, will: 'fail', status: 400, rule: 'P13', target: '204' });
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
    expect(check('+14155559999').says).toBe('Nobody has this number here: the transfer will fail (404).');
  });
});

describe('O11: one check for dialling and transferring', () => {
  it.each([
    ['Billing', 'ring', '+14155551234', 'Billing: answers after 1.5 s and talks.'],
    ['(415) 555-1234', 'ring', '+14155551234', 'Billing: answers after 1.5 s and talks.'],
    ['night desk', 'fail', '+14155550486', 'Night desk: is busy (486).'],
    ['+14155559999', 'fail', '+14155559999', 'Nobody has this number here: the call will fail (404).'],
    ['+4930901820', 'fail', '+4930901820', 'Nobody has this number here: the call will fail (404).'],
    ['#4', 'fail', '#4', 'Nobody has this number here: the call will fail (404).'],
    ['+14155550100', 'fail', '+14155550100', 'This is your own number: it would ring here.'],
    [
      'sip:sales@elsewhere.example',
      'ring',
      'sip:sales@elsewhere.example',
      'Goes to sip:sales@elsewhere.example directly, past the trunk’s rules.',
    ],
    ['555-1234', 'not-sent', undefined, 'No number has 7 digits here (United States): is the area code missing.'],
    ['Dana', 'not-sent', undefined, 'Nobody here has this name, and it is no number.'],
    ['911', 'not-sent', undefined, '911 is an emergency number: it cannot be called from here, use a telephone.'],
  ])('O11: dialling %j will %s', (input, will, target, says) => {
    const checked = checkDial(input);
    expect([checked.will, checked.target, checked.says]).toEqual([will, target, says]);
  });

  it('O11: refuses a call to another country that somebody has, and a call too many', () => {
    const { status, rule } = checkDial('Billing', plivo, { countries: ['GB'] });
    expect([status, rule]).toEqual([403, 'P16']);
    const capacity = { legs: 1, concurrentCalls: 1, callsPerSecond: 1, waitMs: 0 };
    expect(checkDial('Billing', plivo, { capacity })).toMatchObject({ will: 'fail', status: 503, rule: 'P25' });
  });

  it('O11: says when an extension is pressed, and that none can be after a transfer', () => {
    expect(checkDial('(415) 555-1234 ext. 5')).toMatchObject({
      target: '+14155551234',
      keys: ',5',
      says: 'Billing: answers after 1.5 s and talks. Then 5 is pressed, 2 s after the answer.',
    });
    expect(check('(415) 555-1234 ext. 5').says).toContain('Tell them to ask for 5');
  });
});
