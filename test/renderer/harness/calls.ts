/** The trunk's picture of one call with Dana, at the points of a transfer. */
import type { CallView, LegView, TransferView } from '../../../src/contract/model.ts';

interface Picture {
  sipCallId: string;
  at: number;
  /** Who stands at the other end. */
  who?: { number: string; name: string };
  hears?: 'both' | 'hold' | 'caller-ring-back' | 'after-transfer' | 'nobody';
  target?: Partial<LegView> & Pick<LegView, 'number' | 'name'>;
  consoleEnded?: boolean;
  /** The console's REFER. */
  transfer?: Pick<TransferView, 'target' | 'state' | 'status'>;
  callerLeg?: Partial<LegView>;
}

export function picture({
  sipCallId,
  at,
  who,
  hears = 'both',
  target,
  consoleEnded,
  callerLeg,
  transfer,
}: Picture): CallView {
  const from = who ?? { number: '+14155550187', name: 'Dana Whitfield' };
  const to = { number: '+14155550100', name: 'Console' };
  const base = { direction: 'in', state: 'answered', startedAt: at, answeredAt: at, held: false } as const;
  const id = `call-${sipCallId}`;
  const a = `${id}-a`;
  const b = `${id}-b`;
  const c = `${id}-c`;
  const legs: LegView[] = [
    { ...base, id: a, role: 'caller', ...from, sipCallId: `${sipCallId}-caller`, ...callerLeg },
    {
      ...base,
      id: b,
      role: 'console',
      ...to,
      sipCallId,
      direction: 'out',
      ...(consoleEnded ? { state: 'ended', endedAt: at } : {}),
    },
  ];
  if (target) {
    legs.push({
      ...base,
      id: c,
      role: 'target',
      sipCallId: `${sipCallId}-target`,
      direction: 'out',
      state: 'ringing',
      ...target,
    });
  }
  const edges: Record<NonNullable<Picture['hears']>, CallView['hears']> = {
    both: [
      { listener: a, speaker: b },
      { listener: b, speaker: a },
    ],
    hold: [{ listener: a, speaker: 'hold-music' }],
    'caller-ring-back': [
      { listener: a, speaker: 'ring-back' },
      { listener: b, speaker: a },
    ],
    'after-transfer': [
      { listener: a, speaker: c },
      { listener: c, speaker: a },
    ],
    nobody: [],
  };
  return {
    id,
    sessionId: `session-${id}`,
    direction: 'inbound',
    domain: 'demo.zt.patchcord.test',
    from,
    to,
    state: 'answered',
    startedAt: at,
    answeredAt: at,
    legs,
    hears: edges[hears],
    transfers: transfer
      ? [
          {
            id: `transfer-${id}`,
            by: 'refer',
            transferorLegId: b,
            transfereeLegId: a,
            startedAt: at,
            steps: [],
            callerId: { ...from, rule: 'P20 inbound' },
            ...transfer,
          },
        ]
      : [],
  };
}
