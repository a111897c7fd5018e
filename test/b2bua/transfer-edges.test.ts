/** Transfers at their edges: what targets and endpoints do that nobody hopes for. */
import { describe, expect, it } from 'vitest';
import { BILLING, DOMAIN, plainUser, refusing, ringing, SALES, type Phone } from '../support/exchange.ts';
import { refer, startScene, type Connected } from '../support/scene.ts';

/** Both hear each other, and nobody else does. */
function expectTalking({ call }: Connected, a: number, b: number): void {
  const { hears, legs } = call();
  expect(hears).toHaveLength(2);
  expect(hears).toContainEqual({ listener: legs[a]?.id, speaker: legs[b]?.id });
  expect(hears).toContainEqual({ listener: legs[b]?.id, speaker: legs[a]?.id });
}

describe('the endpoint', () => {
  it('P18 and P23: holds, REFERs, and finds the caller on hold as before when the target is busy', async () => {
    const scene = await startScene();
    scene.phones.set(BILLING, refusing(486));
    const connected = await scene.inbound();
    const { endpoint, call } = connected;
    await Promise.all([endpoint.offer('sendonly'), scene.run(200)]);
    const log = refer(endpoint);
    await scene.run(1000);
    expect(log.at(-1)).toBe('NOTIFY 486 Busy Here .');
    const [callerLeg, endpointLeg] = call().legs;
    expect(endpointLeg?.held).toBe(true);
    // Music of its own reaches the caller, and nothing of the caller comes back.
    expect(call().hears).toEqual([{ listener: callerLeg?.id, speaker: endpointLeg?.id }]);
    await Promise.all([endpoint.offer('sendrecv'), scene.run(200)]);
    expectTalking(connected, 0, 1);
  });

  it("P23: holds and REFERs: the caller hears the endpoint's music until the target rings, then ring-back", async () => {
    const scene = await startScene();
    const slow: Phone = (invitation) => {
      const session = invitation.take(plainUser([]));
      scene.clock.after(1000, () => session.incoming?.progress(180));
      scene.clock.after(3000, () => session.incoming?.answer('sendrecv'));
    };
    scene.phones.set(BILLING, slow);
    const connected = await scene.inbound();
    const [callerLeg, endpointLeg] = connected.call().legs;
    await Promise.all([connected.endpoint.offer('sendonly'), scene.run(100)]);
    refer(connected.endpoint);
    await scene.run(500);
    expect(connected.call().hears).toEqual([{ listener: callerLeg?.id, speaker: endpointLeg?.id }]);
    await scene.run(1500);
    expect(connected.call().hears).toEqual([{ listener: callerLeg?.id, speaker: 'ring-back' }]);
    await scene.run(3000);
    expectTalking(connected, 0, 2);
  });

  it('P24: sends two REFERs in one burst: the first target is cancelled, the second gets the call', async () => {
    const scene = await startScene();
    const billing = ringing(scene.clock, 300);
    scene.phones.set(BILLING, billing.phone);
    scene.phones.set(SALES, ringing(scene.clock, 300).phone);
    const connected = await scene.inbound();
    const first = refer(connected.endpoint);
    const second = refer(connected.endpoint, `<sip:${SALES}@${DOMAIN}>`);
    await scene.run(3000);
    expect(first).toEqual(['202', 'NOTIFY 100 Trying', 'NOTIFY 487 Request Terminated .']);
    expect(second).toEqual(['202', 'NOTIFY 100 Trying', 'NOTIFY 180 Ringing', 'NOTIFY 200 OK .']);
    expect(connected.callerEvents.at(-1)).toBe('answered');
    expect(scene.summary()).toEqual([
      'original transferred trunk 3010',
      'transfer canceled trunk 487 4440',
      'transfer open',
    ]);
    expect(connected.call().legs.map(({ state }) => state)).toEqual(['answered', 'ended', 'ended', 'answered']);
  });

  it('P24: sends a REFER on after the target has answered: refused, and the bridge stays', async () => {
    const scene = await startScene();
    scene.phones.set(BILLING, ringing(scene.clock, 300).phone);
    scene.phones.set(SALES, ringing(scene.clock, 300).phone);
    const connected = await scene.inbound();
    let late: string[] = [];
    connected.endpoint.refer(`<sip:${BILLING}@${DOMAIN}>`, [], {
      refused() {},
      notified: ({ status }) => {
        if (status === 200) late = refer(connected.endpoint, `<sip:${SALES}@${DOMAIN}>`);
      },
    });
    await scene.run(3000);
    expect(late).toEqual(['refused 403']);
    expectTalking(connected, 0, 2);
  });
});

describe('the target', () => {
  it('P24: answers and REFERs on at once', async () => {
    const scene = await startScene();
    const { phones, clock, run, inbound, summary } = scene;
    let on: string[] = [];
    const billingEvents: string[] = [];
    phones.set(BILLING, (invitation) => {
      const session = invitation.take({
        ...plainUser(billingEvents),
        acknowledged: () => {
          on = refer(session, `<sip:${SALES}@${DOMAIN}>`);
        },
      });
      session.incoming?.answer('sendrecv');
    });
    phones.set(SALES, ringing(clock, 500).phone);
    const connected = await inbound();
    const log = refer(connected.endpoint);
    await run(3000);
    expect(log.at(-1)).toBe('NOTIFY 200 OK .');
    expect(on).toEqual(['202', 'NOTIFY 100 Trying', 'NOTIFY 180 Ringing', 'NOTIFY 200 OK .']);
    expect(scene.agent.events).toEqual(['ended remote']);
    expect(billingEvents).toEqual(['ended remote']);
    expectTalking(connected, 0, 3);
    expect(summary()).toEqual(['original transferred trunk 3010', 'transfer transferred trunk 3010', 'transfer open']);
  });

  it.each([301, 302, 305])(
    'P17: redirects with %i: passed on in the NOTIFY, and nobody else is called',
    async (status) => {
      const scene = await startScene();
      scene.phones.set(BILLING, (invitation) =>
        invitation.refuse(status, undefined, [['Contact', `<sip:${SALES}@10.0.0.4>`]]),
      );
      scene.phones.set(SALES, ringing(scene.clock, 100).phone);
      const connected = await scene.inbound();
      const log = refer(connected.endpoint);
      await scene.run(1000);
      expect(log).toHaveLength(3);
      expect(log.at(-1)).toMatch(new RegExp(`^NOTIFY ${status} .* \\.$`));
      expect(scene.network.count(`INVITE sip:${SALES}`)).toBe(0);
      expectTalking(connected, 0, 1);
      expect(scene.summary()).toEqual(['original open', `transfer failed target ${status} 5310`]);
    },
  );

  it('P5: sends several 18x: each change is reported, and one 200 after them', async () => {
    const scene = await startScene();
    scene.phones.set(BILLING, (invitation) => {
      const session = invitation.take(plainUser([]));
      const { clock } = scene;
      for (const [ms, status] of [
        [100, 180],
        [300, 181],
        [500, 182],
        [700, 180],
      ] as const) {
        clock.after(ms, () => session.incoming?.progress(status));
      }
      clock.after(1000, () => session.incoming?.answer('sendrecv'));
    });
    const { endpoint } = await scene.inbound();
    const log = refer(endpoint);
    await scene.run(3000);
    expect(log).toEqual([
      '202',
      'NOTIFY 100 Trying',
      'NOTIFY 180 Ringing',
      'NOTIFY 181 Call Is Being Forwarded',
      'NOTIFY 182 Queued',
      'NOTIFY 180 Ringing',
      'NOTIFY 200 OK .',
    ]);
  });

  it('P23: sends early media: the caller hears it in place of ring-back', async () => {
    const scene = await startScene();
    scene.phones.set(BILLING, (invitation) => {
      const session = invitation.take(plainUser([]));
      session.incoming?.progress(183, 'sendrecv');
      scene.clock.after(2000, () => session.incoming?.answer('sendrecv'));
    });
    const connected = await scene.inbound();
    const log = refer(connected.endpoint);
    await scene.run(1000);
    const [callerLeg, endpointLeg, targetLeg] = connected.call().legs;
    expect(log).toContain('NOTIFY 183 Session Progress');
    expect(connected.call().hears).toContainEqual({ listener: callerLeg?.id, speaker: targetLeg?.id });
    // P11: the endpoint is still there, and hears the caller.
    expect(connected.call().hears).toContainEqual({ listener: endpointLeg?.id, speaker: callerLeg?.id });
    await scene.run(3000);
    expectTalking(connected, 0, 2);
  });

  it('P17: answers with a description that nobody can use: 488, and the caller stays', async () => {
    const scene = await startScene();
    scene.phones.set(BILLING, (invitation) => {
      const session = invitation.take(plainUser([]));
      session.incoming?.answer('no-codec');
    });
    const connected = await scene.inbound();
    const log = refer(connected.endpoint);
    await scene.run(1000);
    expect(log.at(-1)).toBe('NOTIFY 488 Not Acceptable Here .');
    expectTalking(connected, 0, 1);
    expect(scene.summary()).toEqual(['original open', 'transfer failed trunk 488 4620']);
  });
});
