import { describe, expect, it } from 'vitest';
import { parseVia, printVia, type Via } from '../../src/core/message/index.ts';
import type { Arrival } from '../../src/core/transport/index.ts';
import { responseHop, stampVia } from '../../src/core/transport/via-routing.ts';

const from: Arrival = {
  transport: 'UDP',
  remote: { host: '198.51.100.7', port: 40_000 },
  local: { host: '192.0.2.1', port: 5060 },
};

function via(rest: string): Via {
  const parsed = parseVia(`SIP/2.0/UDP ${rest}`);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}

describe('the top Via of a request that arrived', () => {
  it.each([
    ['198.51.100.7:5060;branch=z9hG4bK1', undefined],
    ['10.0.0.1:5060;branch=z9hG4bK1', 'SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bK1;received=198.51.100.7'],
    ['alice.example.org;branch=z9hG4bK1', 'SIP/2.0/UDP alice.example.org;branch=z9hG4bK1;received=198.51.100.7'],
    // RFC 3581 §4: with rport the address is added even where it is the same.
    [
      '198.51.100.7:5060;rport;branch=z9hG4bK1',
      'SIP/2.0/UDP 198.51.100.7:5060;rport=40000;branch=z9hG4bK1;received=198.51.100.7',
    ],
    [
      '10.0.0.1;branch=z9hG4bK1;received=203.0.113.66;rport=9',
      'SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1;received=198.51.100.7;rport=40000',
    ],
    ['198.51.100.7;received=203.0.113.66', 'SIP/2.0/UDP 198.51.100.7;received=198.51.100.7'],
  ])('of %s becomes %s', (written, stamped) => {
    const result = stampVia(via(written), from);
    expect(result && printVia(result)).toBe(stamped);
  });
});

describe('a response', () => {
  it.each([
    ['10.0.0.1:5080', 5080],
    ['10.0.0.1', 5060],
    ['10.0.0.1:5080;rport', 40_000],
    ['203.0.113.66:5080;maddr=203.0.113.67', 5080],
    ['victim.example.org:5080;received=203.0.113.66', 5080],
  ])('to a request with Via %s goes back to its source, port %i', (written, port) => {
    expect(responseHop(via(written), from)).toEqual({ transport: 'UDP', host: '198.51.100.7', port });
  });

  it('to a request whose Via cannot be read goes back to its source', () => {
    expect(responseHop(undefined, from)).toEqual({ transport: 'UDP', host: '198.51.100.7', port: 40_000 });
  });

  it('goes back on the flow the request came on, whatever the Via says', () => {
    const arrival: Arrival = { ...from, transport: 'WS', flow: 'ws3' };
    expect(responseHop(via('abc.invalid:9'), arrival)).toEqual({
      transport: 'WS',
      host: '198.51.100.7',
      port: 40_000,
      flow: 'ws3',
    });
  });
});
