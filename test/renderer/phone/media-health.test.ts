import { expect, it } from 'vitest';
import {
  MEDIA_LIMIT_MS,
  mediaHealth,
  QUIET_AFTER_MS,
  type MediaFacts,
  type MediaState,
} from '../../../src/renderer/phone/media-health.ts';
import { watchMedia } from '../../../src/renderer/phone/media-watch.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const FRESH: MediaFacts = {
  candidates: 1,
  connection: 'new',
  ice: 'new',
  connectedBefore: false,
  waitingMs: 0,
  quietMs: 0,
  overSocket: false,
  limitMs: MEDIA_LIMIT_MS,
};
const failed = (why: string) => ({ state: 'failed', why });

it.each<[string, Partial<MediaFacts>, object]>([
  ['nothing yet', {}, { state: 'connecting' }],
  ['nothing yet, without a candidate', { candidates: 0, waitingMs: MEDIA_LIMIT_MS - 1 }, { state: 'connecting' }],
  ['checking', { connection: 'connecting', ice: 'checking', waitingMs: 900 }, { state: 'connecting' }],
  ['no candidate', { candidates: 0, waitingMs: MEDIA_LIMIT_MS }, failed('no-candidates')],
  ['ICE still checks', { connection: 'connecting', ice: 'checking', waitingMs: MEDIA_LIMIT_MS }, failed('ice-failed')],
  ['ICE failed', { connection: 'failed', ice: 'failed', waitingMs: 100 }, failed('ice-failed')],
  ['ICE failed, no candidate', { candidates: 0, connection: 'failed', ice: 'failed' }, failed('no-candidates')],
  ['a limit of its own', { candidates: 0, waitingMs: 1200, limitMs: 1200 }, failed('no-candidates')],
  ['a WebSocket that does not open', { overSocket: true, waitingMs: MEDIA_LIMIT_MS }, failed('socket-failed')],
  [
    'a WebSocket',
    { overSocket: true, connection: 'connected' },
    { state: 'connected', quiet: false, over: 'websocket' },
  ],
  ['DTLS failed', { connection: 'failed', ice: 'connected' }, failed('dtls-failed')],
  ['DTLS hangs', { connection: 'connecting', ice: 'connected', waitingMs: MEDIA_LIMIT_MS }, failed('dtls-failed')],
  ['connected', { connection: 'connected', ice: 'connected', waitingMs: 9000 }, { state: 'connected', quiet: false }],
  [
    'connected, and nothing arrives',
    { connection: 'connected', ice: 'connected', quietMs: QUIET_AFTER_MS },
    { state: 'connected', quiet: true },
  ],
  [
    'interrupted',
    { connection: 'disconnected', ice: 'disconnected', connectedBefore: true, waitingMs: 500 },
    { state: 'connecting' },
  ],
  [
    'interrupted for long',
    { connection: 'disconnected', ice: 'disconnected', connectedBefore: true, waitingMs: MEDIA_LIMIT_MS },
    failed('lost'),
  ],
  ['lost', { connection: 'failed', ice: 'failed', connectedBefore: true }, failed('lost')],
])('W28: %s', (_, facts, state) => {
  expect(mediaHealth({ ...FRESH, ...facts })).toEqual(state);
});

/** A peer connection that is what the test says it is. */
function watched(candidates = 1) {
  const clock = new VirtualClock();
  const listeners: (() => void)[] = [];
  const told: MediaState[] = [];
  let over = false;
  const connection = {
    connectionState: 'new' as RTCPeerConnectionState,
    iceConnectionState: 'new' as RTCIceConnectionState,
    packets: 0,
    getStats: async () =>
      new Map([['in', { type: 'inbound-rtp', packetsReceived: connection.packets }]]) as unknown as RTCStatsReport,
    addEventListener: (_: string, listener: () => void) => void listeners.push(listener),
  };
  watchMedia({
    connection,
    candidates: () => candidates,
    over: () => over,
    now: () => clock.wall(),
    later: (ms, run) => void clock.after(ms, run),
    tell: (state) => told.push(state),
  });
  return {
    told,
    clock,
    connection,
    become: (state: RTCPeerConnectionState, ice: RTCIceConnectionState) => {
      connection.connectionState = state;
      connection.iceConnectionState = ice;
      listeners.forEach((listener) => listener());
    },
    end: () => (over = true),
    /** So many milliseconds, look by look; `packets` arrive in each half second. */
    pass: async (ms: number, packets = 0) => {
      for (let passed = 0; passed < ms; passed += 500) {
        connection.packets += packets;
        clock.advance(500);
        for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
      }
    },
  };
}

it('W28: says within 3 s after the answer that there is no sound, and takes it back when there is', async () => {
  const { told, pass, become } = watched(0);
  await pass(3000);
  expect(told).toEqual([{ state: 'connecting' }, { state: 'failed', why: 'no-candidates' }]);
  become('connected', 'connected');
  expect(told.at(-1)).toEqual({ state: 'connected', quiet: false });
});

it('W28: tells each state once, and that nothing arrives any more', async () => {
  const { told, pass, become } = watched();
  become('connecting', 'checking');
  become('connected', 'connected');
  await pass(5000, 25);
  expect(told).toEqual([{ state: 'connecting' }, { state: 'connected', quiet: false }]);
  await pass(3500);
  expect(told.at(-1)).toEqual({ state: 'connected', quiet: true });
  await pass(1000, 25);
  expect(told.at(-1)).toEqual({ state: 'connected', quiet: false });
});

it('W28: waits anew when the connection breaks off, and says nothing after the end', async () => {
  const { told, pass, become, end } = watched();
  become('connected', 'connected');
  await pass(60_000, 25);
  become('disconnected', 'disconnected');
  expect(told.at(-1)).toEqual({ state: 'connecting' });
  await pass(3000);
  expect(told.at(-1)).toEqual({ state: 'failed', why: 'lost' });
  const before = told.length;
  end();
  become('connected', 'connected');
  await pass(3000, 25);
  expect(told.length).toBe(before);
});

it('a session that ended is looked at no more', async () => {
  const { clock, pass, end } = watched();
  await pass(1000);
  end();
  await pass(1000);
  expect(clock.pending).toBe(0);
});
