/** The list of recent calls stays over a reload and a restart, on this machine. */
import { z } from 'zod';
import { RECENT_KEPT, type RecentCall } from './recent.ts';
import type { KeptTexts } from './safe-storage.ts';
import type { ConsoleStore } from './store.ts';

const KEY = 'patchcord.recent';

const Call = z.object({
  id: z.string(),
  direction: z.enum(['in', 'out']),
  number: z.string(),
  name: z.string(),
  startedAt: z.number(),
  answeredAt: z.number().optional(),
  end: z.object({
    by: z.enum(['us', 'them', 'gateway']),
    method: z.enum(['BYE', 'CANCEL', 'response', 'none']),
    status: z.number().optional(),
    reason: z.string().optional(),
    auto: z.literal(true).optional(),
    at: z.number(),
  }),
  missed: z.boolean(),
  seen: z.boolean(),
  outcome: z
    .object({ tone: z.enum(['pending', 'ok', 'warn', 'bad']), headline: z.string(), detail: z.string() })
    .optional(),
});

export function keepRecent(store: ConsoleStore, storage: KeptTexts): void {
  store.setState({ recent: readRecent(storage.getItem(KEY)) });
  let { recent } = store.getState();
  store.subscribe((state) => {
    if (state.recent === recent) return;
    ({ recent } = state);
    storage.setItem(KEY, JSON.stringify(recent));
  });
}

/** What is damaged is left out, call by call. */
export function readRecent(text: string | null): RecentCall[] {
  try {
    const calls: unknown = JSON.parse(text ?? '[]');
    if (!Array.isArray(calls)) return [];
    return calls.flatMap((call) => Call.safeParse(call).data ?? []).slice(0, RECENT_KEPT) as RecentCall[];
  } catch {
    return [];
  }
}
