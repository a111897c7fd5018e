/** Ring time counts from the INVITE, however often a phone says that it rings. */
import { describe, expect, it } from 'vitest';
import { routeToTarget } from '../../src/core/b2bua/target-route.ts';
import { placeCall } from '../../src/core/voice/outbound.ts';
import { BILLING, DOMAIN, LINE, plainUser, type Exchange, type Phone } from '../support/exchange.ts';
import { refer, startScene } from '../support/scene.ts';
import { dialed, dialling, number, told } from '../voice/dialling.ts';
import { startStage } from '../voice/stage.ts';

/** Says 180 every 1.5 s, or 183 in turn with it. */
function insisting({ clock }: Pick<Exchange, 'clock'>): Phone {
  return (invitation) => {
    const session = invitation.take(plainUser([]));
    const again = (status: number): void => {
      if (session.state !== 'early') return;
      session.incoming?.progress(status);
      clock.after(1500, () => again(status === 180 ? 183 : 180));
    };
    again(180);
  };
}

describe('a phone that says every 1.5 s that it rings is given up after the ring time', () => {
  it('in a call that comes in', async () => {
    const scene = await startScene({ ringSeconds: 4 });
    scene.phones.set(LINE, insisting(scene));
    const { events } = scene.dial(scene.caller, LINE);
    await scene.run(3900);
    expect(events).not.toContain('failed 408');
    await scene.run(200);
    expect(events.at(-1)).toBe('failed 408');
  });

  it('with a fallback, which then rings for its own time', async () => {
    const scene = await startScene({ ringSeconds: 4, fallback: true });
    scene.phones.set(LINE, insisting(scene));
    scene.phones.set('fallback', insisting(scene));
    const { events } = scene.dial(scene.caller, LINE);
    await scene.run(7900);
    expect(events).not.toContain('failed 408');
    await scene.run(400);
    expect(events.at(-1)).toBe('failed 408');
  });

  it('in a transfer', async () => {
    const scene = await startScene({ ringSeconds: 4 });
    scene.phones.set(BILLING, insisting(scene));
    const { endpoint } = await scene.inbound();
    const log = refer(endpoint);
    await scene.run(3900);
    expect(log.at(-1)).toMatch(/^NOTIFY 18/);
    await scene.run(200);
    expect(log.at(-1)).toBe('NOTIFY 408 Request Timeout .');
  });

  it('in a call of the API', async () => {
    const at = await startStage({}, { ringSeconds: 2 });
    at.phones.set(BILLING, insisting(at));
    const route = routeToTarget(at.board, { allowed: true, kind: 'pstn', number: BILLING, billable: true }, 'foreign');
    const facts = {
      direction: 'outbound',
      domain: DOMAIN,
      from: { number: LINE, name: '' },
      to: route.identity,
    } as const;
    const source = { url: 'http://app.test/out', method: 'POST', parameters: [], why: 'api' } as const;
    const { leg } = placeCall(at.board, at.applications, { facts, route, fields: [], source });
    await at.run(1900);
    expect(leg.live).toBe(true);
    await at.run(200);
    expect(leg).toMatchObject({ live: false, result: 'no-answer', sipStatus: 408 });
  });

  it('in a Dial with a timeout', async () => {
    const { at } = await dialed(dialling(number(BILLING), 'timeout="5"'), (stage) =>
      stage.phones.set(BILLING, insisting(stage)),
    );
    await at.run(4500);
    expect(at.asked.map(({ what }) => what)).toEqual(['POST /voice']);
    await at.run(600);
    expect(told(at)).toMatchObject({ DialCallStatus: 'no-answer' });
  });
});
