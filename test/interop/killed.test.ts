/**
 * W5: SIPp dies with its call up, killed with -9 or stopped, so that nothing is answered although its sockets are open. The
 * whole matrix is in `test/b2bua/kill-matrix.test.ts`, in virtual time; these are real processes, with a short time limit.
 */
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startSipp, type Sipp } from './support/sipp.ts';
import { requireTool } from './support/tool.ts';
import { BILLING, keys, LAB, startTrunk, type InteropTrunk } from './support/trunk.ts';

const TIMEOUT_SECONDS = 2;
/** What comes on top of a time limit: a flow's 5 s of grace, and a machine under load. */
const MARGIN_MS = 10_000;

let trunk: InteropTrunk;
let sipp: Sipp | undefined;

const start = async (): Promise<void> => {
  trunk = await startTrunk({
    ringSeconds: 4,
    config: { media: { timeoutSeconds: TIMEOUT_SECONDS, heldTimeoutSeconds: 4 } },
  });
};

const legs = () => trunk.real.trunk.calls().flatMap((call) => call.legs);
const results = () => trunk.real.trunk.records.list({}).records.map(({ result }) => result);
async function nothingLeft(): Promise<void> {
  await expect.poll(() => trunk.real.trunk.calls().length, { timeout: MARGIN_MS }).toBe(0);
}

beforeAll(() => requireTool('sipp'));
beforeEach(() => {
  sipp = undefined;
});
afterEach(async () => {
  sipp?.signal('SIGKILL');
  await trunk.close();
});

describe.each(['udp', 'tcp'] as const)('SIPp over %s', (transport) => {
  const call = async (service: string): Promise<Sipp> => {
    await start();
    const address = trunk.real.trunk.addresses[transport]!;
    sipp = await startSipp('uac-call', { trunk: address, service, keys: keys(), transport, pauseMs: 30_000 });
    return sipp;
  };

  it.each(['SIGKILL', 'SIGSTOP'] as const)('W5: that calls and is live, %s', async (signal) => {
    const { signal: send } = await call(BILLING);
    await expect.poll(() => legs().map(({ state }) => state), { timeout: MARGIN_MS }).toEqual(['answered', 'answered']);
    await expect.poll(() => legs()[0]?.rtp?.received ?? 0, { timeout: MARGIN_MS }).toBeGreaterThan(20);
    // It lives for longer than the limit while it sends.
    await expect.poll(() => legs()[0]?.rtp?.received ?? 0, { timeout: MARGIN_MS }).toBeGreaterThan(150);
    send(signal);
    await nothingLeft();
    expect(results()).toEqual(['peer-lost']);
  });

  it('W5: that calls and is killed while it rings', async () => {
    const { signal: send } = await call(LAB);
    await expect.poll(() => legs().map(({ state }) => state), { timeout: MARGIN_MS }).toContain('ringing');
    send('SIGKILL');
    await nothingLeft();
    expect(results()).toEqual([expect.stringMatching(/^(?:no-answer|peer-lost)$/)]);
  });
});
