import { describe, expect, it } from 'vitest';
import { referToFor } from '../../../src/renderer/phone/refer.ts';
import { meterLevel } from '../../../src/renderer/phone/microphone.ts';
import { isHoldOffer } from '../../../src/renderer/phone/media.ts';
import { parseEventId, parseSipfrag, parseSubscriptionState } from '../../../src/renderer/phone/sipfrag.ts';

describe('a sipfrag', () => {
  it.each([
    ['SIP/2.0 180 Ringing', { status: 180, reason: 'Ringing' }],
    ['SIP/2.0 200 OK\r\n', { status: 200, reason: 'OK' }],
    ['SIP/2.0 486 Busy Here\r\nRetry-After: 5\r\n\r\n', { status: 486, reason: 'Busy Here' }],
    ['SIP/2.0 603', { status: 603, reason: '' }],
    ['\r\nSIP/2.0 100 Trying\n', { status: 100, reason: 'Trying' }],
    ['sip/2.0  404  Not Found', { status: 404, reason: 'Not Found' }],
  ])('%j is read by its status line alone', (body, expected) => {
    expect(parseSipfrag(body)).toEqual(expected);
  });

  it.each([
    '',
    'INVITE sip:a@b SIP/2.0',
    'SIP/2.0',
    'SIP/2.0 99 Low',
    'SIP/2.0 700 High',
    'SIP/2.0 2000 OK',
    'HTTP/1.1 200 OK',
  ])('%j says nothing', (body) => {
    expect(parseSipfrag(body)).toBeUndefined();
  });
});

describe('a Subscription-State', () => {
  it.each([
    ['terminated;reason=noresource', { terminated: true, why: 'noresource' }],
    ['Terminated ; Reason = timeout', { terminated: true, why: 'timeout' }],
    ['active;expires=60', { terminated: false }],
    [undefined, { terminated: false }],
  ])('%j', (header, expected) => {
    expect(parseSubscriptionState(header)).toEqual(expected);
  });
});

describe('an Event header', () => {
  it.each([
    ['refer', undefined],
    ['refer;id=93809824', 93809824],
    ['Refer ; ID = 7 ;x=1', 7],
    ['refer;id=seven', undefined],
    ['refer;guid=7', undefined],
    [undefined, undefined],
  ])('%j', (header, id) => {
    expect(parseEventId(header)).toBe(id);
  });
});

describe('what the phone reads and writes', () => {
  it('refers to a number in our own domain, to an address as it was typed', () => {
    expect(referToFor('+14155551234', 'demo.test')).toBe('sip:+14155551234@demo.test');
    expect(referToFor('sip:bob@example.org', 'demo.test')).toBe('sip:bob@example.org');
  });

  it('knows an offer that puts us on hold, the old way too', () => {
    expect(isHoldOffer('v=0\r\nc=IN IP4 127.0.0.1\r\na=sendonly\r\n')).toBe(true);
    expect(isHoldOffer('v=0\r\nc=IN IP4 0.0.0.0\r\na=sendrecv\r\n')).toBe(true);
    expect(isHoldOffer('v=0\r\nc=IN IP4 127.0.0.1\r\na=sendrecv\r\n')).toBe(false);
  });

  it('maps 60 dB of microphone to the whole meter', () => {
    expect([0, 0.0001, 1].map(meterLevel)).toEqual([0, 0, 1]);
    expect(meterLevel(0.03)).toBeGreaterThan(0.4);
    expect(meterLevel(0.03)).toBeLessThan(0.7);
  });
});
