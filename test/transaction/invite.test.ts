import { describe, expect, it } from 'vitest';
import { answer, twoEnds } from './two-ends.ts';

/** When packets with this start line were sent. */
function times(network: { sent: readonly { startLine: string; sentAt: number }[] }, startLine: string): number[] {
  return network.sent.filter((packet) => packet.startLine.startsWith(startLine)).map(({ sentAt }) => sentAt);
}

describe('an INVITE over UDP', () => {
  it('is repeated by Timer A after 500, 1000, 2000 ms and so on, and given up by Timer B after 32 s', async () => {
    const { clock, network, call, alice } = await twoEnds({ loss: 1 });
    const { told } = call('INVITE');
    clock.advance(31_999);
    expect(told).toEqual([]);
    clock.advance(1);
    expect(told).toEqual(['timeout']);
    expect(times(network, 'INVITE')).toEqual([0, 500, 1500, 3500, 7500, 15_500, 31_500]);
    expect(alice.counts()).toEqual({ client: 0, server: 0 });
    expect(clock.pending).toBe(0);
  });

  it('rings, is answered, and both transactions end 32 s after the 2xx', async () => {
    const { clock, call, arrived, alice, bob } = await twoEnds();
    const { told } = call('INVITE');
    clock.advance(0);
    answer(arrived[0]!, 180);
    clock.advance(3000);
    answer(arrived[0]!, 200);
    clock.advance(0);
    expect(told).toEqual([180, 200]);
    clock.advance(31_999);
    expect([alice.counts().client, bob.counts().server]).toEqual([1, 1]);
    clock.advance(1);
    expect([alice.counts().client, bob.counts().server, clock.pending]).toEqual([0, 0, 0]);
  });
});
