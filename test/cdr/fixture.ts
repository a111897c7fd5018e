import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { CallRecord } from '../../src/nouns/record.ts';
import { RecordStore } from '../../src/core/cdr/index.ts';
import type { RecordInProgress, RecordStoreOptions } from '../../src/core/cdr/index.ts';
import type { Logger } from '../../src/core/log/logger.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

/** A folder of its own, gone after the test. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'patchcord-cdr-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

interface Opened {
  store: RecordStore;
  clock: VirtualClock;
  /** `level message` of everything logged. */
  logged: string[];
}

/** A store that is closed after the test. */
export function open(file = ':memory:', options: Partial<RecordStoreOptions> = {}): Opened {
  const clock = new VirtualClock();
  const logged: string[] = [];
  const store = RecordStore.open(file, { log: keepingLog(logged), clock, ...options });
  onTestFinished(() => store.close());
  return { store, clock, logged };
}

export function keepingLog(lines: string[]): Logger {
  const at = (level: string) => (_fields: object, message: string) => {
    lines.push(`${level} ${message}`);
  };
  const log: Logger = {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: () => log,
  };
  return log;
}

export function record(id: string, more: Partial<CallRecord> = {}): CallRecord {
  return {
    id,
    callId: `call-${id}`,
    sessionId: `session-${id}`,
    kind: 'original',
    direction: 'inbound',
    from: '+14155550142',
    fromName: 'Dana Reyes',
    to: '+14155550100',
    toName: 'Console',
    startedAt: 1_000,
    answeredAt: 2_000,
    endedAt: 9_000,
    durationMs: 7_000,
    result: 'answered',
    endedBy: 'caller',
    sipStatus: 200,
    provider: 'plivo',
    trunkDomain: 'demo.zt.patchcord.test',
    referred: false,
    billable: true,
    callerIdRule: 'as received',
    fromCountry: 'US',
    toCountry: 'US',
    transport: 'UDP',
    hangupCode: 3000,
    hangupName: 'normal_hangup',
    hangupSource: 'carrier',
    ...more,
  };
}

export function inProgress(id: string, more: Partial<RecordInProgress> = {}): RecordInProgress {
  const { endedAt: _1, durationMs: _2, result: _3, endedBy: _4, sipStatus: _5, ...rest } = record(id);
  const { hangupCode: _6, hangupName: _7, hangupSource: _8, ...row } = rest;
  return { ...row, answeredAt: null, ...more };
}
