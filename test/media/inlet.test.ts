import { describe, expect, it } from 'vitest';
import { Inlet } from '../../src/core/media/inlet.ts';
import type { Frame } from '../../src/core/rtp/frame.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const packet = {
  payloadType: 0,
  marker: false,
  sequenceNumber: 1,
  timestamp: 1,
  ssrc: 1,
  payload: new Uint8Array(160),
};

function setUp() {
  const clock = new VirtualClock();
  const inlet = new Inlet(clock);
  inlet.expect(true);
  const silentAt: number[] = [];
  inlet.onSilence(1000, () => silentAt.push(clock.now()));
  const speak = (ms: number): void => {
    for (let at = 0; at < ms; at += 20) {
      inlet.receive(packet, 'PCMU');
      clock.advance(20);
    }
  };
  return { clock, inlet, silentAt, speak };
}

const ear = () => {
  const frames: Frame[] = [];
  return { frames, write: (frame: Frame) => void frames.push(frame) };
};

describe('what the peer says', () => {
  it('goes to the one it is piped to and to all who listen in', () => {
    const { inlet } = setUp();
    const [first, second, tapped] = [ear(), ear(), ear()];
    inlet.pipe(first);
    const stop = inlet.tap(tapped);
    inlet.receive(packet, 'PCMU');
    inlet.pipe(second);
    inlet.receive(packet, 'PCMU');
    stop();
    inlet.pipe(undefined);
    inlet.receive(packet, 'PCMU');
    expect([first, second, tapped].map((each) => each.frames.length)).toEqual([1, 1, 2]);
    expect(inlet.received).toBe(3);
  });

  it('does not include events that are no digits', () => {
    const { inlet } = setUp();
    const sink = ear();
    inlet.pipe(sink);
    inlet.receive({ ...packet, payload: Uint8Array.of(200, 0, 0, 0) }, 'telephone-event');
    expect(sink.frames).toEqual([]);
  });
});

describe('silence of the peer', () => {
  it('is reported once, the full time after the last packet', () => {
    const { clock, silentAt, speak } = setUp();
    speak(5000);
    clock.advance(60_000);
    expect(silentAt).toEqual([5980]);
  });

  it('is reported again only after the peer was heard in between', () => {
    const { clock, silentAt, speak } = setUp();
    clock.advance(3000);
    speak(100);
    clock.advance(3000);
    expect(silentAt).toEqual([1000, 4080]);
  });

  it('is not reported while the peer is not expected to speak', () => {
    const { clock, inlet, silentAt } = setUp();
    inlet.expect(false);
    clock.advance(10_000);
    expect(silentAt).toEqual([]);
    inlet.expect(true);
    clock.advance(999);
    expect(silentAt).toEqual([]);
    clock.advance(1001);
    expect(silentAt).toHaveLength(1);
  });

  it('is not watched once closed', () => {
    const { clock, inlet, silentAt } = setUp();
    inlet.close();
    expect(clock.pending).toBe(0);
    clock.advance(5000);
    expect(silentAt).toEqual([]);
  });
});
