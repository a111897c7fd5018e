/** P29: a number of the trunk has a primary URI and a fallback. */
import { describe, expect, it } from 'vitest';
import { BILLING, CALLER, DOMAIN, LINE, refusing, ringing, type Phone } from '../support/exchange.ts';
import { refer, startScene } from '../support/scene.ts';
import type { VirtualClock } from '../support/virtual-clock.ts';

/** @param primary what the endpoint does; nothing reaches it without */
async function dialled(primary?: (clock: VirtualClock) => Phone) {
  const scene = await startScene({ fallback: true, ringSeconds: 20 });
  if (primary) scene.phones.set(LINE, primary(scene.clock));
  else scene.network.drop = ({ to }) => to.host === scene.endpoint.hop.host;
  const fallback = ringing(scene.clock, 100);
  scene.phones.set('fallback', fallback.phone);
  const { events } = scene.dial(scene.caller, LINE);
  return { scene, fallback, events };
}

it('P29: rings the fallback at once when the primary fails', async () => {
  const { scene, events } = await dialled(() => refusing(503));
  await scene.run(400);
  expect(events.at(-1)).toBe('answered');
  expect(scene.summary()).toEqual(['original open']);
});

it('P29: rings the fallback after 5 s when the primary stays silent, well within the ring time', async () => {
  const { scene, events, fallback } = await dialled();
  await scene.run(4900);
  expect(fallback.session).toBeUndefined();
  await scene.run(500);
  expect(events.at(-1)).toBe('answered');
});

it('P29: leaves a primary that rings its whole ring time', async () => {
  const { scene, events, fallback } = await dialled((clock) => ringing(clock).phone);
  await scene.run(19_900);
  expect(fallback.session).toBeUndefined();
  expect(events).toEqual(['progressed 180']);
  await scene.run(500);
  expect(events.at(-1)).toBe('answered');
});

it('P29: gives the last URI the whole ring time, silent or not', async () => {
  const { scene, events } = await dialled(() => refusing(503));
  scene.network.drop = ({ to }) => to.host === scene.party.hop.host;
  await scene.run(19_900);
  expect(events).toEqual([]);
  await scene.run(500);
  expect(events).toEqual(['failed 408']);
  expect(scene.summary()).toEqual(['original no-answer trunk 408 4170']);
});

it('P29: tells the caller what the fallback said when both fail', async () => {
  const { scene, events } = await dialled(() => refusing(503));
  scene.phones.set('fallback', refusing(486));
  await scene.run(500);
  expect(events).toEqual(['failed 486']);
  expect(scene.summary()).toEqual(['original busy endpoint 486 4410']);
});

describe('P29: a transfer to a number of the trunk', () => {
  async function transferred(primary?: (clock: VirtualClock) => Phone) {
    const { scene, fallback } = await dialled(primary);
    scene.phones.set(BILLING, ringing(scene.clock, 100).phone);
    // The endpoint calls Billing and transfers it to the trunk's own number.
    const { session } = scene.dial(scene.caller, BILLING, {}, CALLER);
    await scene.run(300);
    const log = refer(session, `<sip:${LINE}@${DOMAIN}>`);
    return { scene, fallback, log };
  }

  it('tries the fallback when the primary fails: no NOTIFY says so, and there is one record', async () => {
    const { scene, log } = await transferred(() => refusing(503));
    await scene.run(1500);
    expect(log).toEqual(['202', 'NOTIFY 100 Trying', 'NOTIFY 180 Ringing', 'NOTIFY 200 OK .']);
    expect(scene.summary().filter((line) => line.startsWith('transfer'))).toEqual(['transfer open']);
  });

  it('tries the fallback when the primary stays silent, not when it rings', async () => {
    const silent = await transferred();
    await silent.scene.run(7000);
    expect(silent.log.at(-1)).toBe('NOTIFY 200 OK .');
    const rings = await transferred((clock) => ringing(clock).phone);
    await rings.scene.run(19_000);
    expect(rings.log).toEqual(['202', 'NOTIFY 100 Trying', 'NOTIFY 180 Ringing']);
    await rings.scene.run(2000);
    expect(rings.log.at(-1)).toBe('NOTIFY 408 Request Timeout .');
  });

  it('reports what the fallback said when both fail', async () => {
    const { scene, log } = await transferred(() => refusing(503));
    scene.phones.set('fallback', refusing(486));
    await scene.run(1500);
    expect(log.at(-1)).toBe('NOTIFY 486 Busy Here .');
    expect(scene.summary().filter((line) => line.startsWith('transfer'))).toEqual(['transfer busy endpoint 486 4410']);
  });
});
