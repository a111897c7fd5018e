/** The keys of a call: `insertDTMF` replaces what is queued in the browser, so at most one tone is there at a time. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ToneQueue } from '../../../src/renderer/phone/dtmf.ts';

/** As the browser has it: what is inserted takes the place of what has not begun, and the end of each is told. */
class Sender extends EventTarget {
  readonly sent: { tone: string; at: number }[] = [];
  canInsertDTMF = true;
  silent = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  insertDTMF(tones: string, duration = 100, gap = 70): void {
    clearTimeout(this.#timer);
    if (tones === '') return this.#tell('');
    const tone = tones.slice(0, 1);
    const rest = tones.slice(1);
    this.sent.push({ tone, at: Date.now() });
    this.#tell(tone);
    this.#timer = setTimeout(() => this.insertDTMF(rest, duration, gap), duration + gap);
  }

  get digits(): string {
    return this.sent.map(({ tone }) => tone).join('');
  }

  #tell(tone: string): void {
    if (!this.silent) this.dispatchEvent(Object.assign(new Event('tonechange'), { tone }));
  }
}

let sender: Sender;
let queue: ToneQueue;
beforeEach(() => {
  vi.useFakeTimers();
  sender = new Sender();
  queue = new ToneQueue(() => sender);
});
afterEach(() => void vi.useRealTimers());

function type(digits: string, everyMs: number): void {
  for (const digit of digits) {
    queue.push(digit);
    vi.advanceTimersByTime(everyMs);
  }
}

it.each([0, 60, 120, 500])('sends twelve keys that are pressed %i ms apart once each and in order', (everyMs) => {
  type('55512340*#19', everyMs);
  vi.advanceTimersByTime(10_000);
  expect(sender.digits).toBe('55512340*#19');
  const gaps = sender.sent.slice(1).map(({ at }, index) => at - sender.sent[index]!.at);
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(170);
});

it('goes on where the browser tells no end of a tone', () => {
  sender.silent = true;
  type('123', 60);
  vi.advanceTimersByTime(5000);
  expect(sender.digits).toBe('123');
});

it('keeps keys that are pressed before the media is ready', () => {
  sender.canInsertDTMF = false;
  type('42', 60);
  vi.advanceTimersByTime(2000);
  expect(sender.digits).toBe('');
  sender.canInsertDTMF = true;
  vi.advanceTimersByTime(2000);
  expect(sender.digits).toBe('42');
});

it('sends nothing more once the call is over, and leaves no timer behind', () => {
  type('1234', 10);
  queue.clear();
  vi.advanceTimersByTime(10_000);
  expect(sender.digits).toBe('1');
  expect(vi.getTimerCount()).toBe(0);
});
