/** W22: a 400 says which header field is malformed, and how. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startAgent, type Agent } from '../support/agent.ts';
import { MemoryNetwork } from '../support/memory-network.ts';
import { expectNothingLeft } from '../support/nothing-left.ts';
import { VirtualClock } from '../support/virtual-clock.ts';
import { Wire } from '../support/wire.ts';

let clock: VirtualClock;
let bob: Agent;
let wire: Wire;

beforeEach(async () => {
  clock = new VirtualClock();
  const network = new MemoryNetwork(clock, { delayMs: [5, 5] });
  wire = await Wire.start(network, '10.0.0.9');
  bob = await startAgent({ network, clock, host: '10.0.0.2' });
});

afterEach(() => expectNothingLeft(clock, bob));

const BASE: Record<string, string> = {
  From: '<sip:wire@example.test>;tag=w',
  To: '<sip:bob@example.test>',
  'Call-ID': 'malformed',
  CSeq: '1 INVITE',
  Contact: '<sip:wire@10.0.0.9>',
};

it.each([
  ['Contact', '<sip:a@b>;', 'Contact: a parameter has no name'],
  ['Contact', '<sip:a#b@c>', 'Contact: the user part of a URI holds a character that must be escaped, as %23'],
  ['Contact', '<sip:a%4@c>', 'Contact: the user part of a URI holds a percent sign without two hexadecimal digits'],
  ['Contact', '<sip:a@b;c="d">', 'Contact: a URI parameter holds a character that must be escaped, as %22'],
  ['From', '"Ann <sip:a@b>;tag=w', 'From: the quoted display name is not closed'],
  ['From', '<sip:\u00e4@b>;tag=w', 'From: the user part of a URI holds a character that must be escaped, as %C3%A4'],
  ['To', '<sip:a@b', 'To: no right angle bracket after the URI'],
  ['To', '"Bob" sip:a@b', 'To: no left angle bracket after the display name'],
  ['To', '<sip:a@b..c>', 'To: the host is neither a name nor an address'],
  ['To', '<sip:a@b>;x="y', 'To: the quoted value of parameter x is not closed'],
  ['Record-Route', '<sip:a@b', 'Record-Route: no right angle bracket after the URI'],
  ['CSeq', 'one INVITE', 'CSeq: the sequence number is not a number below 2147483648'],
  ['Max-Forwards', '-1', 'Max-Forwards is not a number from 0 to 255'],
  ['Call-ID', 'a b', 'Call-ID: a blank inside'],
])('W22: %s: %s', (name, value, reason) => {
  wire.request('INVITE', bob.hop, Object.entries({ ...BASE, [name]: value }));
  clock.advance(50);
  const [answer] = wire.responses;
  expect([answer?.status, answer?.reason]).toEqual([400, reason]);
});
