/** `<Dial>`: whom it calls, in whose name, and what becomes of several targets. */
import { describe, expect, it } from 'vitest';
import { BILLING, CALLER, DOMAIN, LINE, refusing, ringing, SALES } from '../support/exchange.ts';
import { dialed, dialling, ELSEWHERE, hears, number, sent, told } from './dialling.ts';

describe('several targets', () => {
  it('Dial: ten ring at most', async () => {
    const many = Array.from({ length: 12 }, (_, i) => `+1415555${2000 + i}`);
    const { at } = await dialed(dialling(number(...many)), ({ phones, clock }) => {
      for (const each of many) phones.set(each, ringing(clock).phone);
    });
    expect(sent(at, 'INVITE')).toHaveLength(10);
    expect(at.notices).toMatchObject([{ code: 13215, line: 2 }]);
  });

  it('Dial: all ring at once, the first that answers wins, the others are cancelled', async () => {
    const { at } = await dialed(dialling(number(BILLING, SALES) + `<Sip>${ELSEWHERE}</Sip>`), ({ phones, clock }) => {
      phones.set(BILLING, ringing(clock, 5000).phone);
      phones.set(SALES, ringing(clock, 100).phone);
      phones.set('desk', ringing(clock).phone);
    });
    expect(sent(at, 'INVITE')).toHaveLength(3);
    expect(sent(at, 'CANCEL').map(({ startLine }) => startLine.split(/[:@]/)[1])).toEqual([BILLING, 'desk']);
    const call = at.live();
    expect(call.conversation.talkers[1]?.facts.identity.number).toBe(SALES);
    expect(at.summary().slice(1)).toEqual([
      'dial canceled trunk 487 canceled',
      'dial open',
      'dial canceled trunk 487 canceled',
    ]);
  });

  it('Dial: two that answer at the same time: one is joined, the other gets BYE', async () => {
    const { at } = await dialed(dialling(number(BILLING, SALES)), ({ phones, clock }) => {
      phones.set(BILLING, ringing(clock, 100).phone);
      phones.set(SALES, ringing(clock, 100).phone);
    });
    await at.run(500);
    expect(sent(at, 'BYE')).toHaveLength(1);
    expect(hears(at)).toBe(2);
    expect(at.live().legs.filter(({ live }) => live)).toHaveLength(2);
  });

  it('Dial: all fail: the status of the one that came nearest to an answer', async () => {
    const { at } = await dialed(dialling(number(BILLING, SALES)), ({ phones }) => {
      phones.set(BILLING, refusing(404));
      phones.set(SALES, refusing(486));
    });
    expect(told(at)['DialCallStatus']).toBe('busy');
  });

  it('Dial: one fails, the other still rings', async () => {
    const { at } = await dialed(dialling(number(BILLING, SALES)), ({ phones, clock }) => {
      phones.set(BILLING, refusing(486));
      phones.set(SALES, ringing(clock, 1000).phone);
    });
    expect(at.asked).toHaveLength(1);
    await at.run(1000);
    expect(hears(at)).toBe(2);
  });
});

describe('who is called, and by whom', () => {
  it('Dial: the fallback URI of a number is tried with the same CallSid (P29)', async () => {
    const { at } = await dialed(
      dialling(number(LINE)),
      ({ phones, clock }) => {
        phones.set(LINE, refusing(503));
        phones.set('fallback', ringing(clock, 100).phone);
      },
      {},
      { fallback: true },
    );
    const [, primary, fallback] = at.live().legs;
    expect(fallback?.facts.insteadOf).toBe(primary?.id);
    expect(at.applications.sidOf(fallback!)).toBe(at.applications.sidOf(primary!));
    expect(hears(at)).toBe(2);
    expect(at.records.map(({ kind }) => kind)).toEqual(['original', 'dial']);
  });

  it.each(['(415) 555-1234', '415-555-1234', '14155551234', '+1 415 555 1234'])(
    'Dial: %s is a number',
    async (written) => {
      const { at } = await dialed(dialling(number(written)), ({ phones, clock }) => {
        phones.set(BILLING, ringing(clock, 100).phone);
      });
      expect(at.live().legs[1]?.facts.identity.number).toBe(BILLING);
    },
  );

  it('Dial: what is no number is error 13223, and failed without a leg', async () => {
    const { at } = await dialed(dialling(number('sales')), () => {});
    expect(at.notices.map(({ code }) => code)).toEqual([13223]);
    expect(told(at)).toEqual({ DialCallStatus: 'failed', DialBridged: 'false' });
  });

  it('Dial: a country that is not enabled is error 13227', async () => {
    const { at } = await dialed(dialling(number('+4930901820')), () => {});
    expect(at.notices).toMatchObject([{ code: 13227, text: expect.stringContaining('Germany') }]);
    expect(told(at)).toEqual({ DialCallStatus: 'failed', DialBridged: 'false' });
  });

  it('Dial: a number that nobody has fails', async () => {
    const { at } = await dialed(dialling(number(BILLING)), () => {});
    expect(told(at)).toEqual({ DialCallStatus: 'failed', DialBridged: 'false' });
  });

  it('Dial: callerId is shown when it is a number of the trunk, and error 13214 otherwise', async () => {
    const shown = await dialed(dialling(number(BILLING), `callerId="${LINE}"`), ({ phones, clock }) => {
      phones.set(BILLING, ringing(clock, 100).phone);
    });
    expect(sent(shown.at, 'INVITE')[0]?.text).toContain(`From: <sip:${LINE}@${DOMAIN}>`);
    const refused = await dialed(dialling(number(BILLING), `callerId="${CALLER}"`), ({ phones, clock }) => {
      phones.set(BILLING, ringing(clock, 100).phone);
    });
    expect(refused.at.notices.map(({ code }) => code)).toEqual([13214]);
    expect(sent(refused.at, 'INVITE')).toEqual([]);
    expect(told(refused.at)).toEqual({ DialCallStatus: 'failed', DialBridged: 'false' });
  });

  it('T3: the X- headers and User-to-User of a Sip URI go on the INVITE, and the URI without them', async () => {
    const headers = 'X-AcctNumber=123456&amp;User-to-User=aa%3Bencoding%3Dhex&amp;Subject=no';
    const { at } = await dialed(dialling(`<Sip>${ELSEWHERE};transport=udp?${headers}</Sip>`), ({ phones, clock }) => {
      phones.set('desk', ringing(clock, 100).phone);
    });
    const [invite] = sent(at, 'INVITE');
    expect(invite?.startLine).toBe(`INVITE ${ELSEWHERE};transport=udp SIP/2.0`);
    expect(invite?.text).toContain('X-AcctNumber: 123456\r\n');
    expect(invite?.text).toContain('User-to-User: aa;encoding=hex\r\n');
    expect(invite?.text).not.toContain('Subject');
    expect(at.records[1]).toMatchObject({ billable: false, to: { number: `${ELSEWHERE};transport=udp` } });
  });
});
