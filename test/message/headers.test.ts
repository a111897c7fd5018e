import { describe, expect, it } from 'vitest';
import { Headers } from '../../src/core/message/index.ts';

const sample = () =>
  new Headers([
    ['Via', 'SIP/2.0/UDP a;branch=1, SIP/2.0/UDP b;branch=2'],
    ['v', 'SIP/2.0/UDP c;branch=3'],
    ['Subject', 'a, b'],
    ['X-Note', 'one, two'],
  ]);

describe('Headers', () => {
  it('finds a field by its name in any letter case and by its compact form', () => {
    const headers = sample();
    expect(headers.get('subject')).toBe('a, b');
    expect(headers.get('S')).toBe('a, b');
    expect(headers.get('x-NOTE')).toBe('one, two');
    expect(headers.get('Missing')).toBeUndefined();
    expect(headers.has('via')).toBe(true);
  });

  it('splits lists where the grammar has lists, and nowhere else', () => {
    const headers = sample();
    expect(headers.all('Via')).toEqual(['SIP/2.0/UDP a;branch=1', 'SIP/2.0/UDP b;branch=2', 'SIP/2.0/UDP c;branch=3']);
    expect(headers.count('Via')).toBe(2);
    expect(headers.all('Subject')).toEqual(['a, b']);
    expect(headers.all('X-Note')).toEqual(['one, two']);
  });

  it('does not split at commas in quotes, after escaped quotes, or in angle brackets', () => {
    const headers = new Headers([['Contact', '"Bell, \\", A" <sip:a,b@x;p="1>;m="a,b", <sip:c@x>;q=1, sip:d@x']]);
    expect(headers.all('m')).toEqual(['"Bell, \\", A" <sip:a,b@x;p="1>;m="a,b"', '<sip:c@x>;q=1', 'sip:d@x']);
  });

  it('leaves empty list elements out', () => {
    expect(new Headers([['Supported', ' , a ,, b, ']]).all('Supported')).toEqual(['a', 'b']);
    expect(new Headers([['Supported', '']]).all('Supported')).toEqual([]);
  });

  it('sets in place of the first field and drops the others', () => {
    const headers = sample();
    headers.set('via', ['x', 'y']);
    expect([...headers.entries()].map(([name, value]) => `${name}=${value}`)).toEqual([
      'Via=x',
      'Via=y',
      'Subject=a, b',
      'X-Note=one, two',
    ]);
    headers.set('Expires', '5');
    expect([...headers.entries()].at(-1)).toEqual(['Expires', '5']);
    headers.set('Via', []);
    expect(headers.has('Via')).toBe(false);
  });

  it('prepends above the first field of the name, or above all', () => {
    const headers = sample();
    headers.prepend('Subject', 'first');
    expect([...headers.entries()].slice(1, 4)).toEqual([
      ['Via', 'SIP/2.0/UDP c;branch=3'],
      ['Subject', 'first'],
      ['Subject', 'a, b'],
    ]);
    headers.prepend('Route', '<sip:r;lr>');
    expect([...headers.entries()][0]).toEqual(['Route', '<sip:r;lr>']);
  });

  it('deletes every field of the name', () => {
    const headers = sample();
    headers.delete('V');
    expect([...headers.entries()].map(([name]) => name)).toEqual(['Subject', 'X-Note']);
  });

  it('shares nothing with its clone', () => {
    const headers = sample();
    const clone = headers.clone();
    clone.set('Subject', 'other');
    clone.append('Via', 'SIP/2.0/UDP d');
    expect(headers.get('Subject')).toBe('a, b');
    expect(headers.count('Via')).toBe(2);
  });

  it('never lets a value begin a new header field', () => {
    const headers = new Headers([['Subject', 'a\r\nVia: evil\n\rb\r']]);
    headers.set('X-Note', ['\r\n\r\nbody']);
    expect(headers.get('Subject')).toBe('a Via: evil b');
    expect(headers.get('X-Note')).toBe('body');
  });

  it.each(['', 'a b', 'a:', 'a\r\nb'])('takes %j for a bug, as it is no field name', (name) => {
    expect(() => new Headers([[name, 'x']])).toThrow(TypeError);
  });
});
