import { afterEach, expect, it, vi } from 'vitest';
import { Connection } from '../../../src/renderer/phone/connection.ts';
import type { Registration } from '../../../src/renderer/phone/phone.ts';

const sip = vi.hoisted(() => ({
  registerers: [] as string[],
  /** The status of each REGISTER that fails. */
  reject: undefined as { status: number; retryAfter?: number } | undefined,
  /** Fails the newest registration when it renews itself. */
  failRefresh: () => {},
}));

vi.mock('sip.js', () => ({
  RegistererState: { Registered: 'Registered', Unregistered: 'Unregistered' },
  UserAgent: class {
    static makeURI = (text: string) => ({ host: text.split('@')[1] });
    async start(): Promise<void> {}
    async stop(): Promise<void> {}
    isConnected = () => true;
  },
  Registerer: class {
    readonly #index = sip.registerers.push('made') - 1;
    retryAfter: number | undefined;
    #listener: ((state: string) => void) | undefined;
    stateChange = { addListener: (listener: (state: string) => void) => void (this.#listener = listener) };
    async register({ requestDelegate }: { requestDelegate: { onReject(response: object): void } }): Promise<void> {
      sip.registerers[this.#index] = 'registered';
      sip.failRefresh = () => this.#listener?.('Unregistered');
      if (sip.reject) {
        // In the order of sip.js.
        this.retryAfter = sip.reject.retryAfter;
        this.#listener?.('Unregistered');
        requestDelegate.onReject({ message: { statusCode: sip.reject.status, reasonPhrase: 'No' } });
      } else this.#listener?.('Registered');
    }
    async unregister(): Promise<void> {
      sip.registerers[this.#index] = 'unregistered';
    }
  },
}));

afterEach(() => {
  sip.registerers.length = 0;
  sip.reject = undefined;
  vi.useRealTimers();
});

async function opened(wanted: boolean) {
  const told: Registration['state'][] = [];
  const connection = new Connection(
    { url: 'ws://127.0.0.1/sip', aor: 'sip:console@demo.test' },
    (() => undefined) as never,
    { registration: ({ state }) => told.push(state), invitation() {}, lost() {} },
    () => 0,
    { instance: 'this window', wanted },
  );
  await connection.open();
  return { connection, told };
}

it('O14: whoever gives the phone away leaves no registration that renews itself, however often it was taken', async () => {
  const { connection, told } = await opened(false);
  await Promise.all([connection.take(), connection.take()]);
  await connection.take();
  expect(sip.registerers).toEqual(['registered']);
  await connection.yield(true);
  expect(sip.registerers).toEqual(['unregistered']);
  await connection.take();
  expect(sip.registerers).toEqual(['unregistered', 'registered']);
  expect(told).toEqual([
    'connecting',
    'elsewhere',
    'registering',
    'registered',
    'elsewhere',
    'registering',
    'registered',
  ]);
});

it('O14: a phone that was refused can be asked for again', async () => {
  const { connection, told } = await opened(false);
  sip.reject = { status: 403 };
  await connection.take();
  sip.reject = undefined;
  await connection.take();
  expect(told).toEqual(['connecting', 'elsewhere', 'registering', 'refused', 'registering', 'registered']);
});

it('W6: a line that was refused for the moment is asked for again: after Retry-After, else later each time', async () => {
  vi.useFakeTimers();
  sip.reject = { status: 503, retryAfter: 3 };
  const { told } = await opened(true);
  expect(told).toEqual(['connecting', 'registering', 'refused']);
  await vi.advanceTimersByTimeAsync(2999);
  expect(sip.registerers).toHaveLength(1);
  sip.reject = { status: 408 };
  await vi.advanceTimersByTimeAsync(1);
  expect(told.slice(3)).toEqual(['registering', 'refused']);
  await vi.advanceTimersByTimeAsync(1000);
  sip.reject = undefined;
  await vi.advanceTimersByTimeAsync(1000);
  expect(told.slice(5)).toEqual(['registering', 'refused', 'registering', 'registered']);
  await vi.advanceTimersByTimeAsync(600_000);
  expect(sip.registerers).toHaveLength(4);
});

it('W6: a line that was refused for good is not asked for again', async () => {
  vi.useFakeTimers();
  sip.reject = { status: 403 };
  const { connection, told } = await opened(true);
  await vi.advanceTimersByTimeAsync(600_000);
  expect(told).toEqual(['connecting', 'registering', 'refused']);
  await connection.close();
});

it('W6: a registration that could not be renewed is made anew', async () => {
  vi.useFakeTimers();
  const { told } = await opened(true);
  sip.failRefresh();
  await vi.advanceTimersByTimeAsync(0);
  expect(told).toEqual(['connecting', 'registering', 'registered', 'registering', 'registered']);
});

it('O14: whoever has given the phone away does not ask for it again', async () => {
  vi.useFakeTimers();
  sip.reject = { status: 503 };
  const { connection, told } = await opened(true);
  await connection.yield(false);
  await vi.advanceTimersByTimeAsync(600_000);
  expect(told).toEqual(['connecting', 'registering', 'refused', 'elsewhere']);
});
