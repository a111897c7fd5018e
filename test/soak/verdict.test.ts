/** A soak that cannot fail shows nothing: each kind of fault is found, and a run without any passes. */
import { expect, it } from 'vitest';
import type { FaultKind, FaultWindow } from '../../soak/faults.ts';
import { FAULTS, schedule } from '../../soak/faults.ts';
import { callerOf, indexOf, planOf, RECORDED, type Plan } from '../../soak/plan.ts';
import type { SideReport } from '../../soak/report.ts';
import { frameOf, Hearing } from '../../soak/sound.ts';
import type { TrunkRecord } from '../../soak/trunk.ts';
import { seeded } from '../support/random.ts';
import { AREAS, judge, type Findings, type Sample } from '../../soak/verdict.ts';

const SEED = 5;
const T0 = 1_790_000_000_000;

/** The first call whose plan is like this. */
function callLike(wanted: (plan: Plan) => boolean): number {
  for (let index = 0; index < 10_000; index += 1) if (wanted(planOf(SEED, index))) return index;
  throw new Error('no such plan');
}

const plain = callLike(
  ({ status, cancels, hold, keys, transfer, dials }) =>
    status === 200 && !cancels && !hold && !keys && !transfer && dials === RECORDED,
);

function sides(index: number, more: Partial<SideReport> = {}): SideReport[] {
  const { talkMs, keys } = planOf(SEED, index);
  const one = (side: 'caller' | 'agent'): SideReport => ({
    side,
    index,
    beganAt: T0,
    answeredAt: T0 + 500,
    endedAt: T0 + 500 + talkMs,
    status: side === 'caller' ? 200 : undefined,
    endedBy: 'remote',
    framesHeard: 100,
    heardAt: T0 + 480 + talkMs,
    gaps: [],
    keys: side === 'agent' ? (keys?.digits ?? '') : '',
    refer: undefined,
    faults: [],
  });
  return [
    { ...one('caller'), ...more },
    { ...one('agent'), ...more, status: undefined },
  ];
}

function record(index: number, more: Partial<TrunkRecord> = {}): TrunkRecord {
  const { caller, dials, talkMs } = planOf(SEED, index);
  return {
    id: `r${index}`,
    callId: `c${index}`,
    kind: 'original',
    from: caller,
    to: dials,
    startedAt: T0,
    answeredAt: T0 + 500,
    endedAt: T0 + 500 + talkMs,
    result: 'answered',
    recording: { durationMs: talkMs },
    ...more,
  };
}

function findings(index: number, more: Partial<Findings> = {}): Findings {
  return {
    seed: SEED,
    begun: new Map([[index, T0]]),
    finishedAt: T0 + 1_000_000,
    sides: sides(index),
    windows: [],
    records: [record(index)],
    left: 0,
    samples: [],
    idle: undefined,
    ...more,
  };
}

const count = (found: Findings): Record<string, number> => {
  const verdict = judge(found);
  return Object.fromEntries(AREAS.map((area) => [area, verdict[area].length]));
};
const none = { sound: 0, states: 0, records: 0, growth: 0 };

it('has nothing to say of a call that went by its plan', () => {
  expect(count(findings(plain))).toEqual(none);
});

it('finds a gap in the sound, and forgives it while packets are lost', () => {
  const gap = sides(plain, { gaps: [{ ms: 80, source: 1, at: T0 + 2000 }] });
  expect(count(findings(plain, { sides: gap }))).toEqual({ ...none, sound: 2 });
  const lost: FaultWindow = { kind: 'packets lost', from: T0, until: T0 + 3000, who: '' };
  expect(count(findings(plain, { sides: gap, windows: [lost] }))).toEqual(none);
  const full: FaultWindow = { kind: 'disk full', from: T0, until: T0 + 3000, who: '' };
  expect(count(findings(plain, { sides: gap, windows: [full] }))).toEqual({ ...none, sound: 2 });
});

it('finds a call that got another status, ended at another time, or never ended', () => {
  const [caller, agent] = sides(plain);
  const after = (more: Partial<SideReport>) => count(findings(plain, { sides: [{ ...caller!, ...more }, agent!] }));
  expect(after({ status: 500 })).toEqual({ ...none, states: 1 });
  expect(after({ endedAt: caller!.endedAt - 3000 })).toEqual({ ...none, states: 1 });
  expect(after({ faults: ['hold failed'] })).toEqual({ ...none, states: 1 });
  expect(count(findings(plain, { left: 1 }))).toEqual({ ...none, states: 1 });
});

it('finds a peer that is dead and still in its call, whatever was put in', () => {
  const long = callLike(({ talkMs, hold, transfer }) => talkMs > 30_000 && !hold && !transfer);
  const dead = sides(long, { heardAt: T0 + 2000 });
  const killed: FaultWindow = { kind: 'peer killed', from: T0, until: T0 + 5000, who: '' };
  expect(count(findings(long, { sides: dead, windows: [killed] })).states).toBe(2);
});

it('finds a REFER that ended twice, or never', () => {
  const moving = callLike(({ transfer, hold, status, cancels }) => {
    return status === 200 && !cancels && !hold && transfer !== undefined && !transfer.leavesEarly;
  });
  const [caller, agent] = sides(moving);
  const ends = (list: string[]) =>
    count(findings(moving, { sides: [caller!, { ...agent!, refer: { sentAt: T0, status: 202, ends: list } }] })).states;
  expect([ends(['200']), ends([]), ends(['200', 'timeout'])]).toEqual([0, 1, 1]);
});

it('finds keys that were lost or heard twice', () => {
  const keyed = callLike(({ keys, hold, transfer, status, cancels, talkMs }) => {
    return status === 200 && !cancels && !hold && !transfer && keys !== undefined && talkMs > 4000;
  });
  const [caller, agent] = sides(keyed);
  const heard = (keys: string) => count(findings(keyed, { sides: [caller!, { ...agent!, keys }] })).states;
  const { digits } = planOf(SEED, keyed).keys!;
  expect([heard(digits), heard(''), heard(digits + digits)]).toEqual([0, 1, 1]);
});

it('finds a record that is missing, there twice, or without its recording, and asks for none of a full disk', () => {
  const full: FaultWindow = { kind: 'disk full', from: T0, until: T0 + 3000, who: '' };
  expect(count(findings(plain, { records: [] }))).toEqual({ ...none, records: 1 });
  expect(count(findings(plain, { records: [], windows: [full] }))).toEqual(none);
  expect(count(findings(plain, { records: [record(plain), record(plain)] }))).toEqual({ ...none, records: 1 });
  expect(count(findings(plain, { records: [record(plain, { recording: null })] }))).toEqual({ ...none, records: 1 });
  expect(count(findings(plain, { records: [record(plain, { answeredAt: null, result: 'busy' })] })).records).toBe(1);
});

it('finds what grows, in the last life of the trunk alone', () => {
  const sample = (at: number, heap: number, life: number): Sample => {
    return { at, heap, life, timers: 2, handles: 20, files: 60, delayMs: 5 };
  };
  const grows = (perStep: number): Sample[] => [
    ...Array.from({ length: 10 }, (_, i) => sample(i, 90_000_000, 0)),
    ...Array.from({ length: 12 }, (_, i) => sample(i, 30_000_000 + i * perStep, 1)),
  ];
  expect(count(findings(plain, { samples: grows(100_000) }))).toEqual(none);
  expect(count(findings(plain, { samples: grows(4_000_000) }))).toEqual({ ...none, growth: 1 });
});

it('hears what is missing between two frames, and nothing after it was told to forgive', () => {
  const hearing = new Hearing();
  const hear = (before: number) => hearing.heard(frameOf(9, before), T0);
  hear(0);
  hear(3);
  hear(4);
  expect(hearing.gaps).toEqual([]);
  hear(9);
  expect(hearing.gaps).toEqual([{ ms: 80, source: 9, at: T0 }]);
  hearing.forgive();
  hear(500);
  hearing.heard(new Uint8Array(160), T0);
  expect(hearing.gaps).toHaveLength(1);
});

it('gives both ends of a call the same plan, and knows a call by its caller', () => {
  expect(planOf(3, 77)).toEqual(planOf(3, 77));
  expect(planOf(3, 77)).not.toEqual(planOf(4, 77));
  expect(indexOf(callerOf(123_456))).toBe(123_456);
  expect(indexOf('+14155550142')).toBeUndefined();
});

it('puts in every kind of fault before one comes again, and restarts nothing late', () => {
  for (let seed = 0; seed < 50; seed += 1) {
    const chosen = schedule(10, FAULTS, seeded(seed));
    expect(chosen).toHaveLength(10);
    expect(new Set<FaultKind>(chosen.slice(0, 4)).size).toBe(4);
    expect(chosen.slice(6)).not.toContain('trunk restarted');
  }
  expect(schedule(3, [], seeded(1))).toEqual([]);
});
