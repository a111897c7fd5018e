/** W4: while the records file cannot be read, calls come and go, and what keeps their history does without. */
import { StatementSync } from 'node:sqlite';
import { afterEach, expect, it, vi } from 'vitest';
import type { TrunkEvent } from '../../src/nouns/event.ts';
import { startRealTrunk } from '../support/real-trunk.ts';

afterEach(() => vi.restoreAllMocks());

it('W4: calls live and end while every read of the records fails, and the console hears of both turns', async () => {
  const real = await startRealTrunk({ numbers: [{ number: '+14155550100', to: ['sip:+14155551234@127.0.0.1:9'] }] });
  const { trunk } = real;
  try {
    const events: TrunkEvent[] = [];
    trunk.onEvent((event) => events.push(event));
    const fail = (): never => {
      throw Object.assign(new Error('disk I/O error'), { code: 'ERR_SQLITE_ERROR', errcode: 10 });
    };
    const reads = [
      vi.spyOn(StatementSync.prototype, 'all').mockImplementation(fail),
      vi.spyOn(StatementSync.prototype, 'get').mockImplementation(fail),
    ];
    expect(() => trunk.records.list({})).toThrow('The records cannot be read now (disk I/O error).');
    const { callId } = await trunk.practiceCall({ caller: '+14155550142', to: '+14155550100' });
    await vi.waitFor(() => expect(trunk.calls().map(({ id }) => id)).toContain(callId));
    await trunk.hangUp(callId);
    await vi.waitFor(() => expect(trunk.calls()).toEqual([]));
    // The trace is stored a moment later; it and its findings are read back.
    await vi.waitFor(() => expect(events.some(({ type }) => type === 'recordAdded')).toBe(true));
    expect(trunk.status().records).toMatchObject({ state: 'unreadable', why: 'disk I/O error' });
    for (const read of reads) read.mockRestore();
    await vi.waitFor(() => expect(trunk.status().records?.state).toBe('works'), { timeout: 8000, interval: 100 });
    const told = events.flatMap((event) => (event.type === 'trunkChanged' ? [event.trunk.records?.state] : []));
    expect(told).toEqual(['unreadable', 'works']);
    await vi.waitFor(() => expect(trunk.records.list({}).records.length).toBe(1));
  } finally {
    await real.close();
  }
}, 20_000);
