import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TransactionLayer } from '../../src/core/transaction/index.ts';
import { TransportLayer, type Transport, type TransportEvents } from '../../src/core/transport/index.ts';
import { loud } from '../support/loud-logger.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const VALID = [
  'INVITE sip:bob@192.0.2.1 SIP/2.0',
  'Via: SIP/2.0/UDP 10.0.0.1:5062;rport;branch=z9hG4bK1',
  'From: "Alice" <sip:alice@example.org>;tag=a',
  'To: <sip:bob@192.0.2.1>',
  'Call-ID: c1@10.0.0.1',
  'CSeq: 7 INVITE',
  'Max-Forwards: 70',
  'Contact: <sip:alice@10.0.0.1:5062>',
  'Content-Type: application/sdp',
  'Content-Length: 4',
  '',
  'v=0',
].join('\r\n');

/** Sends bytes through both layers; an exception anywhere fails the test (the logger is loud). */
async function feed(bytes: Uint8Array): Promise<{ answers: number; to: Set<string>; bytesOut: number }> {
  const clock = new VirtualClock();
  const result = { answers: 0, to: new Set<string>(), bytesOut: 0 };
  let events: TransportEvents | undefined;
  const transport: Transport = {
    name: 'UDP',
    reliable: false,
    local: { host: '192.0.2.1', port: 5060 },
    start: (given) => Promise.resolve(void (events = given)),
    send(out, to) {
      result.answers += 1;
      result.to.add(to.host);
      result.bytesOut += out.length;
    },
    close: () => Promise.resolve(),
  };
  const layer = new TransportLayer({ transports: [transport], clock, log: loud });
  await layer.start();
  const transactions = new TransactionLayer({ transport: layer, clock, log: loud });
  events!.received(bytes, { transport: 'UDP', remote: { host: '198.51.100.7', port: 40_000 }, local: transport.local });
  transactions.close();
  expect(clock.pending).toBe(0);
  return result;
}

describe('hostile input', () => {
  it('of any bytes is survived, and answered at most once, to its source alone', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), async (bytes) => {
        const { answers } = await feed(bytes);
        expect(answers).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('that is almost a request is survived, and answered at most once, with hardly more than came, to its source alone', async () => {
    const piece = fc.constantFrom(
      '',
      '\r\n',
      ';',
      ',',
      '<',
      '"',
      '\0',
      ' ',
      ':',
      '99999999999',
      'SIP/2.0',
      'é',
      '\r\n ',
    );
    const wound = fc.record({ at: fc.nat({ max: VALID.length }), cut: fc.nat({ max: 30 }), piece });
    await fc.assert(
      fc.asyncProperty(fc.array(wound, { minLength: 1, maxLength: 6 }), async (wounds) => {
        const text = wounds.reduce(
          (whole, { at, cut, piece: put }) => whole.slice(0, at) + put + whole.slice(at + cut),
          VALID,
        );
        const bytes = Buffer.from(text);
        const { answers, to, bytesOut } = await feed(bytes);
        expect(answers).toBeLessThanOrEqual(1);
        expect([...to].filter((host) => host !== '198.51.100.7')).toEqual([]);
        // A To tag, received, rport and the reason may be more than the fields left out.
        expect(bytesOut).toBeLessThanOrEqual(bytes.length + 120);
      }),
      { numRuns: 500 },
    );
  });
});
