/** M19: a browser's leg whose sound goes over a WebSocket, in virtual time and without one. */
import { describe, expect, it } from 'vitest';
import { readAudio, writeAudio } from '../../src/core/gateway/audio-frame.ts';
import type { AudioPlaces, AudioReceiver } from '../../src/core/transport/audio-sockets.ts';
import { ConsoleSession } from '../../src/core/gateway/console-session.ts';
import { SocketSession } from '../../src/core/gateway/socket-session.ts';
import { silent } from '../../src/core/log/logger.ts';
import { play } from '../../src/core/media/player.ts';
import { pressKeys } from '../../src/core/media/press-keys.ts';
import { tone } from '../../src/core/media/sound.ts';
import type { Frame } from '../../src/core/rtp/frame.ts';
import { Hearing } from '../../src/core/media/hearing.ts';
import { Origin } from '../../src/core/sdp/origin.ts';
import { isBrowserOffer, isSocketAudio } from '../../src/core/sdp/socket-audio.ts';
import { energyAt } from '../support/tone.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

/** What a browser writes. */
const description = (direction = 'sendrecv', rate = 16_000): string =>
  ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0']
    .concat('m=audio 9 TCP/WS/L16 96', `a=rtpmap:96 L16/${rate}`, `a=${direction}`, '')
    .join('\r\n');

/** One place for a socket, without a server. */
class MemoryPlaces implements AudioPlaces {
  receiver: AudioReceiver | undefined;
  isOpen = false;
  closed = 0;
  readonly sent: { number: number; samples: Int16Array }[] = [];

  open(receiver: AudioReceiver) {
    this.receiver = receiver;
    const isOpen = () => this.isOpen;
    return {
      id: 'place',
      get open() {
        return isOpen();
      },
      dropped: 0,
      send: (bytes: Buffer) => {
        this.sent.push(readAudio(bytes)!);
        return true;
      },
      close: () => void (this.closed += 1),
    };
  }

  connect(): void {
    this.isOpen = true;
    this.receiver?.opened();
  }

  /** The browser says a tone. */
  say(hz: number, frames: number, from = 0): void {
    for (let number = from; number < from + frames; number += 1) {
      const samples = Int16Array.from({ length: 320 }, (_, index) =>
        Math.round(8000 * Math.sin((2 * Math.PI * hz * (number * 320 + index)) / 16_000)),
      );
      this.receiver?.received(writeAudio({ number, samples }), false);
    }
  }

  get samples(): number[] {
    return this.sent.flatMap(({ samples }) => [...samples]);
  }
}

async function connected(direction = 'sendrecv') {
  const clock = new VirtualClock();
  const places = new MemoryPlaces();
  const session = new SocketSession({ clock, places, origin: new Origin('127.0.0.1', 1), held: false });
  const heard: Frame[] = [];
  session.tap({ write: (frame) => void heard.push(frame) });
  const answer = await session.answerOffer(description(direction));
  places.connect();
  return { clock, places, session, heard, answer };
}

const soundOf = (frames: readonly Frame[]): number[] => {
  const hearing = new Hearing(8000);
  return frames.flatMap((frame) => (frame.kind === 'audio' ? [...hearing.hear(frame)] : []));
};

describe('a leg whose sound goes over a WebSocket', () => {
  it('M19: names its socket, its format and its direction in SDP', async () => {
    const { answer } = await connected();
    expect(answer).toContain('m=audio 9 TCP/WS/L16 96\r\na=rtpmap:96 L16/16000\r\n');
    expect(answer).toMatch(/^a=audio-socket:place\r$/m);
    expect(answer).toMatch(/^a=sendrecv\r$/m);
    expect(isSocketAudio(answer)).toBe(true);
    expect(isBrowserOffer(description())).toBe(true);
  });

  it('M19: carries sound to the other legs at its level, with the numbers of its frames', async () => {
    const { places, heard } = await connected();
    places.say(1000, 50);
    const sound = soundOf(heard);
    expect(sound).toHaveLength(50 * 160);
    expect(energyAt(sound.slice(400), 1000)).toBeGreaterThan(7000);
    expect(energyAt(sound.slice(400), 1000)).toBeLessThan(9000);
    expect(heard.map(({ sequenceNumber }) => sequenceNumber)).toEqual(Array.from({ length: 50 }, (_, at) => at));
    expect(heard[2]!.timestamp - heard[1]!.timestamp).toBe(160);
  });

  it('M19: what is above 4 kHz does not come back as another tone', async () => {
    const { places, heard } = await connected();
    places.say(6000, 50);
    const sound = soundOf(heard).slice(400);
    for (const hz of [1000, 2000, 3000]) expect(energyAt(sound, hz)).toBeLessThan(30);
  });

  it('M19: sends what the others say in frames of 20 ms, whole and at its level', async () => {
    const { clock, places, session } = await connected();
    play(tone([700]), session, { clock, loop: true });
    clock.advance(1000);
    expect(places.sent.length).toBeGreaterThanOrEqual(49);
    expect(places.sent.map(({ number }) => number)).toEqual(places.sent.map((_, at) => at));
    const sound = places.samples.slice(800);
    expect(energyAt(sound, 700, 16_000)).toBeGreaterThan(1500);
    // Its mirror image at 8 kHz less the tone is gone.
    expect(energyAt(sound, 7300, 16_000)).toBeLessThan(energyAt(sound, 700, 16_000) / 500);
  });

  it('M19: fills what was lost on the way with fading sound, and no pause', async () => {
    const { clock, places, session } = await connected();
    const position = { ssrc: 1, marker: false, payload: new Uint8Array(160).fill(0x80) };
    const frame = (at: number): Frame => ({
      kind: 'audio',
      codec: 'PCMU',
      ...position,
      sequenceNumber: at,
      timestamp: at * 160,
    });
    for (const at of [0, 1, 2, 4, 5]) {
      session.write(frame(at));
      clock.advance(20);
    }
    expect(places.sent).toHaveLength(6);
    session.write(frame(105));
    expect(places.sent).toHaveLength(7);
  });

  it('M19: keys of the page are events for the others, and keys of the others are heard as tones', async () => {
    const { clock, places, session, heard } = await connected();
    places.receiver?.received(Buffer.from('{"key":"5","ms":100}'), true);
    places.receiver?.received(Buffer.from('{"key":"#"}'), true);
    clock.advance(1000);
    const ended = heard.filter((frame) => frame.kind === 'dtmf' && frame.end);
    expect(new Set(ended.map((frame) => frame.kind === 'dtmf' && frame.event))).toEqual(new Set([5, 11]));
    pressKeys('1', session, { clock, ssrc: 9 });
    clock.advance(500);
    const sound = places.samples.slice(400, 2000);
    for (const hz of [697, 1209]) expect(energyAt(sound, hz, 16_000)).toBeGreaterThan(1000);
  });

  it('M19: on hold it says so, and sends nothing to whoever listens to nobody', async () => {
    const { session, places, clock } = await connected('sendonly');
    expect(session.remoteDirection).toBe('sendonly');
    expect(session.expected).toBe(false);
    play(tone([700]), session, { clock, loop: true });
    clock.advance(100);
    expect(places.sent).toHaveLength(0);
    expect(await session.answerOffer(description())).toMatch(/^a=sendrecv\r$/m);
    clock.advance(100);
    expect(places.sent.length).toBeGreaterThan(3);
    session.setHold(true);
    expect(await session.createOffer()).toMatch(/^a=sendonly\r$/m);
  });

  it('M19: is connected once the page has opened the socket, and lost when that closes', async () => {
    const clock = new VirtualClock();
    const places = new MemoryPlaces();
    const session = new SocketSession({ clock, places, origin: new Origin('127.0.0.1', 1), held: false });
    let changes = 0;
    session.onConnection(() => void (changes += 1));
    expect(session.connection).toEqual({ state: 'connecting', why: 'no-packets' });
    places.connect();
    await session.ready();
    expect(session.connection).toEqual({ state: 'connected' });
    places.isOpen = false;
    places.receiver?.closed();
    expect(session.connection).toEqual({ state: 'failed', why: 'lost' });
    expect(changes).toBe(2);
    await session.close();
    expect(places.closed).toBe(1);
    expect(clock.pending).toBe(0);
  });

  it.each([
    ['no bytes', Buffer.alloc(0), false],
    ['half a frame', Buffer.alloc(322), false],
    ['a byte too many', Buffer.alloc(645), false],
    ['no JSON', Buffer.from('5'), true],
    ['a key that is none', Buffer.from('{"key":"55"}'), true],
    ['an endless press', Buffer.from('{"key":"5","ms":1e999}'), true],
    ['a long text', Buffer.from(`{"key":"5","x":"${'x'.repeat(100)}"}`), true],
  ])('M19: refuses %s', async (_, data, isText) => {
    const { places, heard } = await connected();
    expect(places.receiver?.received(data, isText)).toBe(false);
    expect(heard).toEqual([]);
  });

  it('M19: refuses another rate, and keeps what was agreed', async () => {
    const { session } = await connected();
    await expect(session.answerOffer(description('sendrecv', 48_000))).rejects.toMatchObject({ status: 488 });
    expect(session.remoteDirection).toBe('sendrecv');
  });
});

describe('a leg of the console', () => {
  it('M19: changes over from WebRTC in the middle of a call, and whoever listens goes on listening', async () => {
    const clock = new VirtualClock();
    const places = new MemoryPlaces();
    const session = new ConsoleSession({ clock, log: silent, places });
    const [piped, tapped]: [Frame[], Frame[]] = [[], []];
    session.tap({ write: (frame) => void piped.push(frame) });
    const untap = session.tap({ write: (frame) => void tapped.push(frame) });
    const offer = await session.createOffer();
    expect(offer).toContain('UDP/TLS/RTP/SAVPF');
    expect(offer).toMatch(/a=tcap:1 TCP\/WS\/L16\r\na=acap:1 audio-socket:place\r\na=pcfg:1 t=1 a=1\r\n$/);
    expect(session.kind).toBe('webrtc');
    await session.acceptAnswer(description());
    expect(session.kind).toBe('websocket');
    places.connect();
    places.say(700, 5);
    untap();
    places.say(700, 5, 5);
    expect(piped).toHaveLength(10);
    expect(tapped).toHaveLength(5);
    expect(await session.createOffer()).not.toContain('SAVPF');
    await session.close();
    expect(places.closed).toBe(1);
  });
});
