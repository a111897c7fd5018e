/** A trunk for somebody else's equipment: free ports, quick parties that speak in tones, and questions to its records. */
import { expect, vi } from 'vitest';
import type { CallRecord } from '../../../src/nouns/record.ts';
import type { LadderMessage } from '../../../src/nouns/ladder.ts';
import type { PartyPhone } from '../../../src/core/parties/phone.ts';
import { AUDIBLE, Ear } from '../../support/ear.ts';
import { nextPhone, startRealTrunk, type RealTrunk } from '../../support/real-trunk.ts';

export const DOMAIN = 'demo.zt.patchcord.test';
export const BILLING = '+14155551234';
export const DANA = '+14155550142';
export const HELP_DESK = '+14155550411';
export const NIGHT_DESK = '+14155550486';
export const LAB = '+14155550408';
export const NOBODY = '+14155550499';
/** Number of the trunk that rings the endpoint. */
export const LINE = '+14155550101';
/** Another one, for a second endpoint. */
export const SECOND_LINE = '+14155550102';
/** Caller ID of the endpoint's own calls. */
export const OWN = '+14155550100';
/** What each of them says, in hertz. */
export const HZ = { [BILLING]: 1000, [DANA]: 440, [HELP_DESK]: 700 };

const parties = [
  { number: DANA, name: 'Dana Reyes', behaviour: 'answer', afterMs: 0, caller: true },
  { number: BILLING, name: 'Billing', behaviour: 'answer', afterMs: 200 },
  { number: HELP_DESK, name: 'Help desk', behaviour: 'answer', afterMs: 700 },
  { number: NIGHT_DESK, name: 'Night desk', behaviour: 'busy' },
  { number: LAB, name: 'Lab', behaviour: 'no-answer' },
];

export interface InteropTrunk {
  readonly real: RealTrunk;
  /** `host:port` of SIP over UDP. */
  readonly address: string;
  close(): Promise<void>;
}

export interface TrunkWishes {
  /** What `LINE` rings: the primary URI, then the fallback. */
  readonly line?: readonly string[];
  readonly secondLine?: readonly string[];
  readonly ringSeconds?: number;
  /** Sections of the configuration in place of the defaults. */
  readonly config?: Readonly<Record<string, unknown>>;
}

export async function startTrunk(wishes: TrunkWishes = {}): Promise<InteropTrunk> {
  const { line, secondLine, ringSeconds = 2, config } = wishes;
  const numbers = [
    { number: LINE, to: line ?? ['console'] },
    { number: SECOND_LINE, to: secondLine ?? ['console'] },
  ];
  const real = await startRealTrunk({ domain: DOMAIN, numbers, parties, limits: { ringSeconds }, ...config }, HZ);
  return { real, address: real.trunk.addresses.udp, close: () => real.close() };
}

/** Parameters that every calling scenario takes. */
export const keys = (target?: string): Record<string, string> => ({
  own_number: OWN,
  trunk_domain: DOMAIN,
  ...(target === undefined ? {} : { target }),
});

/** Waits for a party's next call and listens in on it. */
export async function listenTo({ real }: InteropTrunk, number: string): Promise<{ phone: PartyPhone; ear: Ear }> {
  const phone = await nextPhone(real.trunk.parties, ({ party }) => party.number === number);
  if (!phone.media) throw new Error(`${number} has no media`);
  return { phone, ear: new Ear(phone.media) };
}

/** Resolves when the tone is in the last half second of what the ear has heard from now on. */
export async function hears(ear: Ear, hz: number): Promise<void> {
  ear.clear();
  await vi.waitFor(() => expect(ear.energy(hz)).toBeGreaterThan(AUDIBLE), { timeout: 8000, interval: 50 });
}

export const hangUpAll = async ({ real }: InteropTrunk): Promise<void> => {
  for (const { id } of real.trunk.calls()) await real.trunk.hangUp(id);
};

/** All records, when no call is live any more; the original one of each call first. */
export async function records({ real }: InteropTrunk): Promise<CallRecord[]> {
  await vi.waitFor(() => expect(real.trunk.calls()).toEqual([]), { timeout: 5000 });
  return real.trunk.records
    .list({})
    .records.toSorted((a, b) => a.startedAt - b.startedAt || (a.kind === 'original' ? -1 : 1));
}

/** What is said of a record in most tests. */
export const brief = ({ kind, from, to, result, endedBy }: CallRecord): string =>
  `${kind} ${from} → ${to}: ${result}, ended by ${endedBy}`;

/**
 * A call's messages on the legs of one role, in order, as `→ INVITE (sdp)` towards the trunk and `← 202 Accepted`
 * from it. 100 Trying is left out: it comes only where nothing else comes within 200 ms (RFC 3261 §17.2.1).
 */
export function ladderOf(
  { real }: InteropTrunk,
  callId: string,
  role: string,
): { arrows: string[]; messages: LadderMessage[] } {
  const ladder = real.trunk.ladder(callId);
  const legs = new Set((ladder?.lifelines ?? []).filter((line) => line.role === role).map(({ id }) => id));
  const messages = (ladder?.messages ?? []).filter(
    ({ legId, retransmission, status }) => legs.has(legId) && !retransmission && status !== 100,
  );
  return { messages, arrows: messages.map(({ from, label }) => `${from === 'trunk' ? '←' : '→'} ${label}`) };
}
