/** The history of the calls: records, recordings, traces and findings are kept, and events tell of them. */
import { closeAll } from '../log/close-all.ts';
import type { Logger } from '../log/logger.ts';
import type { Clock } from '../time/clock.ts';
import type { Board, BoardEvents } from '../b2bua/board.ts';
import type { Call } from '../b2bua/call.ts';
import type { Leg } from '../b2bua/leg.ts';
import type { RecordDraft } from '../b2bua/record-draft.ts';
import type { RecordStore } from '../cdr/index.ts';
import { detached } from '../message/index.ts';
import { Tracer } from '../trace/index.ts';
import { LiveDiagnosis } from './live-diagnosis.ts';
import { EventFeed } from '../api/event-feed.ts';
import type { LiveConfig } from '../config/live-config.ts';
import { Qualities } from './qualities.ts';
import { RecordKeeper } from './record-keeper.ts';
import { RecordingRetention } from './recording-retention.ts';
import { Recordings } from './recordings.ts';
import { TraceKeeper } from './trace-keeper.ts';

export interface History {
  readonly feed: EventFeed;
  /** Every message has to pass it. */
  readonly tracer: Tracer;
  readonly traces: TraceKeeper;
  readonly recordings: Recordings;
  readonly retention: RecordingRetention;
  readonly qualities: Qualities;
  /** What the board tells of its calls goes here. */
  readonly events: BoardEvents;
  /** Completes what is under way; the store stays open. */
  stop(): Promise<void>;
}

export interface HistorySetup {
  readonly clock: Clock;
  readonly log: Logger;
  /** Folder of the recordings; without it nothing is recorded. */
  readonly folder: string | undefined;
  readonly store: RecordStore;
  readonly config: LiveConfig;
  readonly board: () => Board;
  readonly callEnded: (call: Call) => void;
}

/** Resolves when the recordings that a crash left behind are whole. */
export async function openHistory(setup: HistorySetup): Promise<History> {
  const { clock, log, folder, store, config: live, board, callEnded } = setup;
  const tracer = new Tracer();
  // Describing a message costs more than all the rest of tracing: it is done while somebody listens.
  const feed = new EventFeed(log, (wanted) =>
    tracer.setListener(
      wanted.has('messageTraced') || wanted.has('findingsChanged')
        ? (callId, message, lifelines) => {
            diagnoses.traced(callId, message.method);
            feed.emit({ type: 'messageTraced', callId, message, lifelines });
          }
        : undefined,
    ),
  );
  const records = new RecordKeeper(store, clock, live.get().records.finalAfterSeconds * 1000);
  const recordings = new Recordings({
    clock,
    log,
    folder,
    wanted: () => live.get().recording,
    finished: (recordId, durationMs) => {
      const record = records.recorded(recordId, durationMs);
      if (record) feed.emit({ type: 'recordChanged', record });
    },
    gone: (recordId) => {
      const record = records.unrecorded(recordId);
      if (record) feed.emit({ type: 'recordChanged', record });
    },
  });
  await recordings.repair();
  const retention = new RecordingRetention({
    clock,
    log,
    folder,
    keepDays: () => live.get().recording.keepDays,
    remove: async (recordId) => store.find(recordId) !== undefined && (await recordings.delete(recordId)) === 'deleted',
  });
  const diagnoses: LiveDiagnosis = new LiveDiagnosis({
    clock,
    ladder: (callId) => tracer.ladder(callId),
    call: (callId) => board().calls.get(callId)?.snapshot() ?? traces.call(callId),
    profile: (domain) => board().policy({ domain }),
    account: (domain) => board().account({ domain }),
    changed: (callId, findings) => feed.emit({ type: 'findingsChanged', callId, findings }),
  });
  const traces: TraceKeeper = new TraceKeeper({
    tracer,
    store,
    clock,
    diagnose: (ladder, call) => diagnoses.of(ladder, call),
    found: (callId, findings) => {
      const kinds = [...new Set(findings.map(({ id: kind }) => kind))];
      for (const record of records.found(callId, kinds)) feed.emit({ type: 'recordChanged', record });
    },
    late: (callId, message, lifelines) => feed.emit({ type: 'messageTraced', callId, message, lifelines }),
    forgotten: (callId) => diagnoses.forget(callId),
  });

  const qualities = new Qualities({
    clock,
    calls: () => board().calls.values(),
    wanted: () => feed.wants('qualityChanged'),
    tell: (calls) => feed.emit({ type: 'qualityChanged', calls }),
  });

  const told: BoardEvents = {
    callChanged: (call) => {
      qualities.follow();
      feed.emitLazily('callChanged', () => ({ type: 'callChanged', call: call.snapshot() }));
      if (feed.wants('findingsChanged')) diagnoses.sound(call.id, call.troubled);
    },
    callEnded: (call) => {
      callEnded(call);
      qualities.ended(call);
      traces.callEnded(call.id, () => call.snapshot(), call.troubled);
      feed.emitLazily('callChanged', () => ({ type: 'callChanged', call: call.snapshot() }));
    },
    legBound: (call, leg, boundCallId) => {
      // Both remember it for long.
      const sipCallId = detached(boundCallId);
      tracer.bind(sipCallId, { callId: call.id, legId: leg.id, role: leg.facts.role, ...lifelineOf(leg) });
      feed.bound(sipCallId, call.id);
    },
    legMoved: (call) => {
      const draft = call.currentDraft;
      if (draft)
        recordings.moved(
          draft.id,
          call.conversation.talkers.map((leg) => leg.media),
        );
    },
    keyPressed: (call, leg, key) => tracer.key(call.id, leg.id, key, clock.wall()),
    recordBegan: (draft) => records.began(draft),
    recordAnswered: (draft) => {
      records.answered(draft);
      const talkers = board().calls.get(draft.callId)?.conversation.talkers ?? [];
      recordings.answered(
        draft,
        talkers.map((leg) => leg.media),
      );
    },
    recordEnded: (draft, end) => {
      const call = board().calls.get(draft.callId);
      records.ended(draft, end, call ? qualities.summary(call, draft.startedAt) : [], (record) =>
        feed.emit({ type: 'recordAdded', record }),
      );
      recordings.ended(draft.id);
    },
  };
  const stop = (): Promise<void> =>
    closeAll({ clock, log }, [
      ['quality', () => qualities.stop()],
      ['records', () => records.stop()],
      ['retention of recordings', () => retention.stop()],
      ['recordings', () => recordings.stop()],
      ['traces', () => traces.stop()],
      ['diagnosis', () => diagnoses.stop()],
    ]);
  return { feed, tracer, traces, recordings, retention, qualities, events: contained(told, log), stop };
}

/** What goes wrong with the history of a call costs a piece of that history, not the call (W3). */
function contained(events: BoardEvents, log: Logger): BoardEvents {
  const safe =
    <Args extends [Call | RecordDraft, ...unknown[]]>(tell: (...args: Args) => void) =>
    (...args: Args): void => {
      try {
        tell(...args);
      } catch (error) {
        const [of] = args;
        log.error({ err: error, call: 'callId' in of ? of.callId : of.id }, 'the history of a call has a gap');
      }
    };
  return {
    callChanged: safe(events.callChanged),
    callEnded: safe(events.callEnded),
    legBound: safe(events.legBound),
    legMoved: safe(events.legMoved),
    keyPressed: safe(events.keyPressed),
    recordBegan: safe(events.recordBegan),
    recordAnswered: safe(events.recordAnswered),
    recordEnded: safe(events.recordEnded),
  };
}

/** How the console's lifeline and the others are labelled. */
function lifelineOf(leg: Leg): { label: string; number: string } {
  const { role, identity } = leg.facts;
  const { number, name } = identity;
  return { label: role === 'console' ? 'Console' : name || number, number };
}
