import { afterEach, describe, expect, it, vi } from 'vitest';
import { Microphone } from '../../../src/renderer/phone/microphone.ts';
import type { Microphone as State } from '../../../src/renderer/phone/phone.ts';

afterEach(() => vi.unstubAllGlobals());

/** A microphone over this getUserMedia, and every state it went through. */
function microphone(getUserMedia: (constraints: MediaStreamConstraints) => Promise<unknown>) {
  vi.stubGlobal('navigator', { mediaDevices: { getUserMedia } });
  const states: State[] = [];
  const opened = new Microphone(
    () => undefined,
    (state) => states.push(state),
    () => undefined,
  );
  return { opened, states };
}

/** A track that can be unplugged. */
function headset() {
  const track = Object.assign(new EventTarget(), {
    label: 'Headset',
    stop: vi.fn<() => void>(),
    applyConstraints: vi.fn<(constraints: object) => Promise<void>>(() => Promise.resolve()),
  });
  const stream = { getAudioTracks: () => [track], getTracks: () => [track] };
  return { track, stream };
}

describe('the microphone', () => {
  it.each([
    ['NotAllowedError', { state: 'denied' }],
    ['NotFoundError', { state: 'missing' }],
    ['NotReadableError', { state: 'failed', detail: 'why' }],
  ])('that fails with %s is told as %o', async (name, state) => {
    const { opened, states } = microphone(() => Promise.reject(new DOMException('why', name)));
    await opened.open();
    expect(states).toEqual([{ state: 'asking' }, state]);
  });

  it('says what to do where the page has no access to microphones at all', async () => {
    const { opened, states } = microphone(() => Promise.resolve());
    vi.stubGlobal('navigator', {});
    await opened.open();
    expect(states.at(-1)).toMatchObject({
      state: 'failed',
      detail: expect.stringContaining('loopback or HTTPS') as string,
    });
  });

  it('asks for echo cancellation and noise suppression, and switches the latter while it is open', async () => {
    const { track, stream } = headset();
    const asked: MediaStreamConstraints[] = [];
    const { opened, states } = microphone((constraints) => {
      asked.push(constraints);
      return Promise.resolve(stream);
    });
    await opened.open();
    expect(states.at(-1)).toEqual({ state: 'ready', label: 'Headset', silent: false });
    expect(asked[0]?.audio).toMatchObject({ echoCancellation: true, noiseSuppression: true });
    await opened.set({ id: undefined, echoCancellation: true, noiseSuppression: false, autoGain: true });
    expect(track.applyConstraints).toHaveBeenCalledWith({ noiseSuppression: false });
  });

  it('is missing when it is unplugged, and opened again when a device appears', async () => {
    const { track, stream } = headset();
    const { opened, states } = microphone(() => Promise.resolve(stream));
    await opened.open();
    await opened.deviceChanged();
    expect(states).toHaveLength(2);
    track.dispatchEvent(new Event('ended'));
    expect(states.at(-1)).toEqual({ state: 'missing' });
    await opened.deviceChanged();
    expect(states.at(-1)).toMatchObject({ state: 'ready' });
  });

  it('M14: is closed between calls, and opened when one begins', async () => {
    vi.useFakeTimers();
    const { track, stream } = headset();
    const { opened, states } = microphone(() => Promise.resolve(stream));
    await opened.open();
    expect(track.stop).not.toHaveBeenCalled();
    vi.advanceTimersByTime(5000);
    expect(track.stop).toHaveBeenCalledTimes(1);
    expect(states.at(-1)).toMatchObject({ state: 'ready', resting: true });
    opened.need(true);
    await vi.advanceTimersByTimeAsync(0);
    expect(states.at(-1)).toEqual({ state: 'ready', label: 'Headset', silent: false });
    vi.advanceTimersByTime(60_000);
    expect(track.stop).toHaveBeenCalledTimes(1);
    opened.need(false);
    vi.advanceTimersByTime(4000);
    // The next call comes at once.
    opened.need(true);
    vi.advanceTimersByTime(60_000);
    expect(track.stop).toHaveBeenCalledTimes(1);
    vi.useRealTimers();
  });

  it('M14: the system’s default is used where the chosen one has gone, and the chosen one again when it is back', async () => {
    const { stream } = headset();
    const asked: (ConstrainDOMString | undefined)[] = [];
    const { opened } = microphone(({ audio }) => {
      const id = typeof audio === 'object' ? audio.deviceId : undefined;
      asked.push(id);
      return id && asked.length === 2
        ? Promise.reject(new DOMException('gone', 'OverconstrainedError'))
        : Promise.resolve(stream);
    });
    const usual = { echoCancellation: true, noiseSuppression: true, autoGain: true };
    await opened.open();
    await opened.set({ id: 'headset', ...usual });
    expect(asked).toEqual([undefined, { exact: 'headset' }, undefined]);
    await opened.set({ id: undefined, ...usual });
    await opened.set({ id: 'headset', ...usual });
    expect(asked.slice(3)).toEqual([undefined, { exact: 'headset' }]);
  });
});
