import { afterEach, expect, it, vi } from 'vitest';
import { Connection } from '../../../src/renderer/phone/connection.ts';
import type { Registration } from '../../../src/renderer/phone/phone.ts';

const sip = vi.hoisted(() => ({ registerers: [] as string[], reject: false }));

vi.mock('sip.js', () => ({
  RegistererState: { Registered: 'Registered' },
  UserAgent: class {
    static makeURI = (text: string) => ({ host: text.split('@')[1] });
    async start(): Promise<void> {}
    async stop(): Promise<void> {}
    isConnected = () => true;
  },
  Registerer: class {
    readonly #index = sip.registerers.push('made') - 1;
    #listener: ((state: string) => void) | undefined;
    stateChange = { addListener: (listener: (state: string) => void) => void (this.#listener = listener) };
    async register({ requestDelegate }: { requestDelegate: { onReject(response: object): void } }): Promise<void> {
      sip.registerers[this.#index] = 'registered';
      if (sip.reject) requestDelegate.onReject({ message: { statusCode: 403, reasonPhrase: 'Forbidden' } });
      else this.#listener?.('Registered');
    }
    async unregister(): Promise<void> {
      sip.registerers[this.#index] = 'unregistered';
    }
  },
}));

afterEach(() => {
  sip.registerers.length = 0;
  sip.reject = false;
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
  sip.reject = true;
  await connection.take();
  sip.reject = false;
  await connection.take();
  expect(told).toEqual(['connecting', 'elsewhere', 'registering', 'refused', 'registering', 'registered']);
});
