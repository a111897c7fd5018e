import { describe, expect, it } from 'vitest';
import { Remote } from '../../src/core/media/remote.ts';

const at = (host: string, port = 4000) => ({ host, port });

describe('where the peer is', () => {
  it('is what its SDP says until it is heard', () => {
    expect(new Remote(at('203.0.113.9')).target).toEqual(at('203.0.113.9'));
  });

  it.each([
    ['its own host', '203.0.113.9', '203.0.113.9', true],
    ['another host than its public one', '203.0.113.9', '198.51.100.1', false],
    ['outside the private network it names', '192.168.1.20', '198.51.100.1', true],
    ['outside the carrier network it names', '100.64.3.3', '198.51.100.1', true],
    ['another loopback address', '127.0.0.1', '127.0.0.2', true],
    ['on this machine, under another of its addresses', '203.0.113.9', '127.0.0.1', true],
    ['outside, when it named loopback', '127.0.0.1', '198.51.100.1', false],
    ['the same IPv6 address in another spelling', '2001:DB8:0:0::1', '2001:db8::1', true],
    ['another IPv6 address', '2001:db8::1', '2001:db8::2', false],
    ['outside its unique local IPv6 network', 'fd00::1', '2001:db8::2', true],
  ])('may be %s', (_, announced, source, accepted) => {
    const remote = new Remote(at(announced));
    expect(remote.accepts(at(source, 5000))).toBe(accepted);
    expect(remote.target).toEqual(accepted ? at(source, 5000) : at(announced));
  });

  it('stays with the first source heard, besides the one announced', () => {
    const remote = new Remote(at('127.0.0.1'));
    expect(remote.accepts(at('127.0.0.1', 5000))).toBe(true);
    expect(remote.accepts(at('127.0.0.1', 6000))).toBe(false);
    expect(remote.accepts(at('127.0.0.1', 4000))).toBe(true);
    expect(remote.target).toEqual(at('127.0.0.1', 5000));
  });

  it('is known again under the same announcement', () => {
    const remote = new Remote(at('::1'));
    expect(remote.isAnnouncedAs(at('0:0:0:0:0:0:0:1'))).toBe(true);
    expect(remote.isAnnouncedAs(at('::1', 4002))).toBe(false);
  });
});
