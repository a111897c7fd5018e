import { afterEach, expect, it, onTestFinished, vi } from 'vitest';
import type { Bridge } from '../../src/contract/channels.ts';
import type { LinkState } from '../../src/contract/client.ts';
import { openContract } from '../../src/contract/open.ts';
import { startFixture } from './host-fixture.ts';

afterEach(() => vi.unstubAllGlobals());

it('takes the bridge where the desktop app gives one', async () => {
  const asked: unknown[] = [];
  const client = open({
    send: async (...command) => {
      asked.push(command);
      return { ok: true, reply: { callId: 'call-2' } };
    },
    onEvent: () => () => {},
  });
  expect(await client.send('practice.call', { caller: '+1' })).toEqual({ callId: 'call-2' });
  expect(asked).toEqual([['practice.call', { caller: '+1' }]]);
  const states: LinkState[] = [];
  client.onLink((state) => states.push(state));
  expect(states).toEqual(['connected']);
});

it('rejects what is no outcome, and drops what is no event', async () => {
  let deliver: ((event: unknown) => void) | undefined;
  const client = open({
    send: async () => ({ callId: 'call-2' }),
    onEvent: (listener) => {
      deliver = listener;
      return () => {
        deliver = undefined;
      };
    },
  });
  await expect(client.send('practice.call', { caller: '+1' })).rejects.toMatchObject({ code: 'internal' });
  const complaint = vi.spyOn(console, 'error').mockImplementation(() => {});
  const heard: unknown[] = [];
  client.onEvent((event) => heard.push(event));
  deliver?.({ type: 'nothing' });
  expect([heard, complaint.mock.calls.length]).toEqual([[], 1]);
  client.close();
  expect(deliver).toBeUndefined();
});

it('goes to where the page came from, with the token of the fragment, where there is no bridge', async () => {
  const { host } = await startFixture();
  vi.stubGlobal('location', new URL(`${host.url}/#token=${host.token}`));
  const client = open(undefined);
  expect((await client.send('snapshot', {})).trunk.state).toBe('running');
});

it('is refused where the page has no token', () => {
  vi.stubGlobal('location', new URL('http://127.0.0.1:8060/'));
  const states: LinkState[] = [];
  open(undefined).onLink((state) => states.push(state));
  expect(states).toEqual(['refused']);
});

function open(patchcord: Bridge | undefined): ReturnType<typeof openContract> {
  vi.stubGlobal('window', { patchcord });
  const client = openContract();
  onTestFinished(() => client.close());
  return client;
}
