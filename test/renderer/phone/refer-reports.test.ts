import { describe, expect, it } from 'vitest';
import { printReport, reportOf } from '../../../src/renderer/phone/refer-reports.ts';

const subscription = { id: 7, withId: false, expiresAt: 300_000 };

describe('a report on a REFER that we follow', () => {
  it.each([
    [100, 'Trying', 'active;expires=298'],
    [180, 'Ringing', 'active;expires=298'],
    [183, 'Session Progress', 'active;expires=298'],
    [200, 'OK', 'terminated;reason=noresource'],
    [302, 'Moved Temporarily', 'terminated;reason=noresource'],
    [486, 'Busy Here', 'terminated;reason=noresource'],
    [603, 'Decline', 'terminated;reason=noresource'],
  ])('T14: is marked terminated with the final status alone: %d %s', (status, reason, state) => {
    expect(printReport(subscription, reportOf(status, reason), 2500)).toEqual({
      headers: ['Event: refer', `Subscription-State: ${state}`],
      contentType: 'message/sipfrag;version=2.0',
      body: `SIP/2.0 ${status} ${reason}\r\n`,
    });
  });

  it('T14: names the REFER by its CSeq number once the call has had more than one (RFC 3515 §2.4.6)', () => {
    const { headers } = printReport({ ...subscription, withId: true }, reportOf(180, 'Ringing'), 0);
    expect(headers[0]).toBe('Event: refer;id=7');
  });

  it('says the last status again when the time is over', () => {
    const report = { status: 180, reason: 'Ringing', end: 'timeout' } as const;
    const { headers, body } = printReport(subscription, report, 400_000);
    expect([headers[1], body]).toEqual(['Subscription-State: terminated;reason=timeout', 'SIP/2.0 180 Ringing\r\n']);
  });
});
