import { describe, expect, it } from 'vitest';
import type { ServerTransaction } from '../../src/core/transaction/index.ts';
import { answer, requestFromAlice, twoEnds } from './two-ends.ts';
import { seeded } from '../support/random.ts';

const FINAL = new Set(['200', '486', 'timeout', 'transportError']);

describe.each([1, 2, 3])('with a fifth of all messages lost, some doubled and some overtaken (seed %i)', (seed) => {
  it('500 INVITE and 500 other transactions each end exactly once and leave nothing behind', async () => {
    const { clock, network, alice, bob, toBob } = await twoEnds({
      seed,
      loss: 0.2,
      duplicate: 0.05,
      delayMs: [5, 120],
      reorder: true,
    });
    const random = seeded(seed + 100);
    const served = new Map<string, number>();
    bob.onRequest = (tx: ServerTransaction) => {
      const id = `${tx.request.method} ${tx.request.head.callId}`;
      served.set(id, (served.get(id) ?? 0) + 1);
      const { method } = tx.request;
      if (method === 'INVITE' && random() < 0.5) answer(tx, 180);
      const status = random() < 0.5 ? 200 : 486;
      clock.after(random() * 3000, () => {
        const final = answer(tx, status);
        // What a UAS core does for a 2xx: repeat it until the ACK comes; here, for a while.
        if (method === 'INVITE' && status === 200) {
          for (const ms of [500, 1500, 3500, 7500, 11_500, 15_500]) clock.after(ms, () => tx.respond(final));
        }
      });
    };
    const finals = new Map<number, string[]>();
    for (let call = 1; call <= 1000; call++) {
      const ends: string[] = [];
      finals.set(call, ends);
      const note = (what: string) => {
        // A 2xx to INVITE comes again each time the UAS core repeats it.
        if (FINAL.has(what) && !(what === '200' && ends.at(-1) === '200' && call % 2 === 0)) ends.push(what);
      };
      clock.after(random() * 10_000, () => {
        alice.request(requestFromAlice(call % 2 === 0 ? 'INVITE' : 'OPTIONS', call), toBob, {
          response: ({ status }) => note(String(status)),
          timeout: () => note('timeout'),
          transportError: () => note('transportError'),
        });
      });
    }
    clock.advance(120_000);
    expect([...finals].filter(([, ends]) => ends.length !== 1)).toEqual([]);
    expect([...served].filter(([, times]) => times !== 1)).toEqual([]);
    // With this much repetition almost every transaction gets its answer.
    const answered = [...finals.values()].filter(([end]) => end === '200' || end === '486');
    expect(answered.length).toBeGreaterThan(990);
    expect(network.sent.length).toBeGreaterThan(2000);
    expect(alice.counts()).toEqual({ client: 0, server: 0 });
    expect(bob.counts()).toEqual({ client: 0, server: 0 });
    expect(clock.pending).toBe(0);
  });
});
