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
    await opened.setNoiseSuppression(false);
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
});
