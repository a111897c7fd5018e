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
  const speak = (ms: number): void => {
    for (let at = 0; at < ms; at += 20) {
      inlet.receive(packet, 'PCMU');
      clock.advance(20);
    }
  };
  return { clock, inlet, speak };
}

const ear = () => {
  const frames: Frame[] = [];
  return { frames, write: (frame: Frame) => void frames.push(frame) };
};

describe('what the peer says', () => {
  it('goes to each of those who listen, as long as they listen', () => {
    const { inlet } = setUp();
    const [first, second, third] = [ear(), ear(), ear()];
    const stops = [inlet.tap(first), inlet.tap(second)];
    inlet.receive(packet, 'PCMU');
    stops[0]!();
    inlet.tap(third);
    inlet.receive(packet, 'PCMU');
    stops[1]!();
    inlet.receive(packet, 'PCMU');
    expect([first, second, third].map((each) => each.frames.length)).toEqual([1, 2, 2]);
    expect(inlet.received).toBe(3);
  });

  it('does not include events that are no digits', () => {
    const { inlet } = setUp();
    const sink = ear();
    inlet.tap(sink);
    inlet.receive({ ...packet, payload: Uint8Array.of(200, 0, 0, 0) }, 'telephone-event');
    expect(sink.frames).toEqual([]);
  });
});

describe('silence of the peer', () => {
  it('W5: counts from its newest packet, and before the first from the time at which it had a reason to send', () => {
    const { clock, inlet, speak } = setUp();
    clock.advance(3000);
    expect([inlet.silentMs, inlet.expected]).toEqual([3000, true]);
    speak(100);
    clock.advance(980);
    expect(inlet.silentMs).toBe(1000);
  });

  it('W5: counts anew when the peer is put on hold, and when it is to speak again', () => {
    const { clock, inlet } = setUp();
    clock.advance(5000);
    inlet.expect(false);
    expect([inlet.silentMs, inlet.expected]).toEqual([0, false]);
    clock.advance(60_000);
    inlet.expect(false);
    expect(inlet.silentMs).toBe(60_000);
    inlet.expect(true);
    expect([inlet.silentMs, inlet.expected]).toEqual([0, true]);
  });

  it('W5: of a peer that holds, and might play music, is not expected to break; the time begins anew at the resume', () => {
    const { clock, inlet } = setUp();
    inlet.expect(true, false);
    clock.advance(600_000);
    expect([inlet.silentMs, inlet.expected, inlet.missing]).toEqual([600_000, false, true]);
    inlet.expect(true);
    expect([inlet.silentMs, inlet.expected]).toEqual([0, true]);
  });

  it('W5: is no silence while RTCP comes, which is no sound', () => {
    const { clock, inlet } = setUp();
    clock.advance(5000);
    inlet.alive();
    expect([inlet.silentMs, inlet.unheardMs, inlet.received]).toEqual([0, 5000, 0]);
  });

  it('W5, M7: is expected after comfort noise, until the peer speaks or is resumed', () => {
    const { inlet, speak } = setUp();
    inlet.alive(true);
    expect(inlet.expected).toBe(false);
    inlet.alive();
    expect(inlet.expected).toBe(false);
    speak(20);
    expect(inlet.expected).toBe(true);
    inlet.alive(true);
    inlet.expect(true);
    expect(inlet.expected).toBe(true);
  });
});
