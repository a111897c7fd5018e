/** The account's limits, met by calls and by transfers. */
import { describe, expect, it } from 'vitest';
import { BILLING, CALLER, DOMAIN, LINE, ringing, SALES } from '../support/exchange.ts';
import { refer, startScene, type Scene } from '../support/scene.ts';
import type { Session } from '../../src/core/ua/session.ts';

const GERMANY = '+4930901820';

/** A REFER's answer: status, Retry-After and Warning. */
async function answerTo(scene: Scene, endpoint: Session, number = BILLING): Promise<string> {
  let answer = '';
  endpoint.request('REFER', [['Refer-To', `<sip:${number}@${DOMAIN}>`]], {
    response: ({ status, headers }) => {
      answer = [status, headers.get('Retry-After'), headers.get('Warning')].filter(Boolean).join(' ');
    },
    timeout() {},
    transportError() {},
  });
  await scene.run(100);
  return answer;
}

describe('P25: capacity', () => {
  it('a transfer leg that would be one too many gets 503 with Retry-After, and the call goes on', async () => {
    const scene = await startScene({ limits: { concurrentCalls: 1 } });
    scene.phones.set(BILLING, ringing(scene.clock, 100).phone);
    const { call, endpoint } = await scene.inbound();
    expect(await answerTo(scene, endpoint)).toBe(`503 5 399 ${DOMAIN} "all 1 concurrent calls are in use"`);
    expect(call()).toMatchObject({ state: 'answered', transfers: [] });
    expect(scene.summary()).toEqual(['original open']);
  });

  it('a transfer leg counts until it ends, and the original leg until the endpoint is released', async () => {
    const scene = await startScene({ limits: { concurrentCalls: 2 } });
    const legs = () => scene.board.options.capacity.view().legs;
    scene.phones.set(BILLING, ringing(scene.clock, 500).phone);
    const { endpoint, caller } = await scene.inbound();
    expect(legs()).toBe(1);
    refer(endpoint);
    await scene.run(300);
    expect(legs()).toBe(2);
    await scene.run(2000);
    expect(legs()).toBe(1);
    caller.hangUp();
    await scene.run(100);
    expect(legs()).toBe(0);
  });

  it('P24: a second REFER takes the place of the leg that it cancels', async () => {
    const scene = await startScene({ limits: { concurrentCalls: 2 } });
    scene.phones.set(BILLING, ringing(scene.clock).phone);
    scene.phones.set(SALES, ringing(scene.clock, 100).phone);
    const { endpoint } = await scene.inbound();
    refer(endpoint);
    await scene.run(300);
    const log = refer(endpoint, `<sip:${SALES}@${DOMAIN}>`);
    await scene.run(1000);
    expect(log.at(-1)).toBe('NOTIFY 200 OK .');
  });

  it('a call over the limit gets 503 with Retry-After, and a record with 5190', async () => {
    const scene = await startScene({ limits: { concurrentCalls: 1 } });
    await scene.inbound();
    const answers: (string | undefined)[] = [];
    scene.dial(scene.caller, LINE, {
      failed: (status, _, response) => answers.push(`${status} ${response?.headers.get('Retry-After')}`),
    });
    await scene.run(300);
    expect(answers).toEqual(['503 5']);
    expect(scene.summary()).toEqual(['original open', 'original failed trunk 503 5190']);
    expect(scene.records[1]?.end?.hangup).toEqual({
      code: 5190,
      name: 'concurrent_call_limit_exceeded',
      source: 'zentrunk',
    });
  });

  it('calls that come too fast get 503 and a record with 5180; a REFER too', async () => {
    const scene = await startScene({ limits: { callsPerSecond: 2 } });
    scene.phones.set(BILLING, ringing(scene.clock, 100).phone);
    const { endpoint } = await scene.inbound();
    const calls = [1, 2].map(() => scene.dial(scene.caller, LINE).events);
    await scene.run(10);
    expect(await answerTo(scene, endpoint)).toBe(`503 1 399 ${DOMAIN} "more than 2 calls per second"`);
    await scene.run(200);
    expect(calls.map((events) => events.at(-1))).toEqual(['answered', 'failed 503']);
    expect(scene.summary()).toContain('original failed trunk 503 5180');
    await scene.run(1000);
    expect(refer(endpoint)).toEqual([]);
    await scene.run(1000);
    expect(scene.summary().filter((line) => line.startsWith('transfer'))).toEqual(['transfer open']);
  });
});

describe('P25: a queue for what is over the rate', () => {
  const queued = () => startScene({ limits: { callsPerSecond: 1 }, queue: { length: 2, seconds: 10 } });
  const rest = (scene: Scene) => scene.records.slice(1).map(({ end }) => end?.hangup.code);

  it('calls wait for their turn, and one too many gets 503 and a record with 5180', async () => {
    const scene = await queued();
    const calls = [1, 2, 3, 4].map(() => scene.dial(scene.caller, LINE).events);
    await scene.run(500);
    expect(calls).toEqual([['progressed 180', 'answered'], [], [], ['failed 503']]);
    expect(rest(scene)).toEqual([undefined, undefined, 5180]);
    await scene.run(800);
    expect(calls.map((events) => events.at(-1))).toEqual(['answered', 'answered', undefined, 'failed 503']);
    await scene.run(1000);
    expect(calls.map((events) => events.at(-1))).toEqual(['answered', 'answered', 'answered', 'failed 503']);
  });

  it('a REFER is accepted, and its target called when its turn has come', async () => {
    const scene = await queued();
    scene.phones.set(BILLING, ringing(scene.clock, 10).phone);
    const { endpoint } = await scene.inbound();
    scene.dial(scene.caller, LINE);
    const log = refer(endpoint);
    // One call came before it, and its own turn is a second later.
    await scene.run(1500);
    expect(log).toEqual(['202', 'NOTIFY 100 Trying']);
    await scene.run(1000);
    expect(log).toEqual(['202', 'NOTIFY 100 Trying', 'NOTIFY 180 Ringing', 'NOTIFY 200 OK .']);
  });

  it('who hangs up while waiting is out at once, and leaves the turn to the next', async () => {
    const scene = await queued();
    scene.dial(scene.caller, LINE);
    const waiting = scene.dial(scene.caller, LINE);
    await scene.run(300);
    waiting.session.hangUp();
    await scene.run(100);
    expect(scene.summary()).toEqual(['original open', 'original canceled caller 487 4420']);
    const next = scene.dial(scene.caller, LINE);
    await scene.run(1000);
    expect(next.events.at(-1)).toBe('answered');
  });

  it('P24: a transfer that waits makes room for another REFER, and its target is never called', async () => {
    const scene = await queued();
    const rang: string[] = [];
    for (const number of [BILLING, SALES]) {
      scene.phones.set(number, (invitation) => {
        rang.push(number);
        ringing(scene.clock, 10).phone(invitation);
      });
    }
    const { endpoint, call } = await scene.inbound();
    const first = refer(endpoint);
    await scene.run(50);
    const second = refer(endpoint, `<sip:${SALES}@${DOMAIN}>`);
    await scene.run(50);
    expect(first).toEqual(['202', 'NOTIFY 100 Trying', 'NOTIFY 487 Request Terminated .']);
    expect(call().transfers[0]?.steps.map(({ kind }) => kind)).not.toContain('cancel');
    await scene.run(900);
    expect(second).toEqual(['202', 'NOTIFY 100 Trying', 'NOTIFY 180 Ringing', 'NOTIFY 200 OK .']);
    expect(rang).toEqual([SALES]);
  });

  it('P9: a BYE while the transfer waits ends the call, and nobody is called', async () => {
    const scene = await queued();
    const rang: string[] = [];
    scene.phones.set(BILLING, () => rang.push(BILLING));
    const { endpoint, callerEvents } = await scene.inbound();
    refer(endpoint);
    await scene.run(50);
    endpoint.hangUp();
    await scene.run(5000);
    expect(callerEvents.at(-1)).toBe('ended remote');
    expect(rang).toEqual([]);
    expect(scene.summary()).toEqual(['original answered endpoint 3000', 'transfer canceled trunk 487 4440']);
  });

  it('P17: the ring time of a target begins with its turn', async () => {
    const scene = await startScene({
      limits: { callsPerSecond: 1 },
      queue: { length: 9, seconds: 10 },
      ringSeconds: 2,
    });
    scene.phones.set(BILLING, ringing(scene.clock).phone);
    const { endpoint } = await scene.inbound();
    scene.dial(scene.caller, LINE);
    scene.dial(scene.caller, LINE);
    const log = refer(endpoint);
    await scene.run(4500);
    expect(log.at(-1)).toBe('NOTIFY 180 Ringing');
    await scene.run(700);
    expect(log.at(-1)).toBe('NOTIFY 408 Request Timeout .');
  });
});

describe('P25: calls under a load that is too high', () => {
  it('those that fit into the rate go through all the same: what was refused takes nothing from them', async () => {
    const scene = await startScene({ limits: { callsPerSecond: 2 } });
    scene.phones.set(LINE, ringing(scene.clock, 10).phone);
    const calls: string[][] = [];
    for (let i = 0; i < 50; i += 1) {
      calls.push(scene.dial(scene.caller, LINE).events);
      await scene.run(100);
    }
    // A bucket of two, and two a second for five seconds.
    expect(calls.filter((events) => events.at(-1) === 'answered')).toHaveLength(11);
    expect(scene.board.options.capacity.view().legs).toBe(11);
  });
});

describe('P16: geo permissions', () => {
  it('a REFER to a country that is not enabled gets 403 and names it', async () => {
    const scene = await startScene({ countries: ['US'] });
    const { call, endpoint } = await scene.inbound();
    expect(await answerTo(scene, endpoint, GERMANY)).toBe(
      `403 399 ${DOMAIN} "${GERMANY} is in Germany (DE); enabled are US"`,
    );
    expect(call().state).toBe('answered');
  });

  it('P31: an outbound call there gets 403 and a record with 4560', async () => {
    const scene = await startScene({ countries: ['US'] });
    scene.phones.set(GERMANY, ringing(scene.clock, 100).phone);
    const { events } = scene.dial(scene.endpoint, GERMANY, {}, LINE);
    await scene.run(300);
    expect(events).toEqual(['failed 403']);
    expect(scene.network.count(`INVITE sip:${GERMANY}@10.0.0.4`)).toBe(0);
    expect(scene.summary()).toEqual(['original failed trunk 403 4560']);
    expect(scene.records[0]).toMatchObject({ fromCountry: 'US', toCountry: 'DE' });
  });
});

describe('D7: who set the caller ID', () => {
  it('the record of a transfer leg names the rule of P20', async () => {
    const scene = await startScene();
    scene.phones.set(BILLING, ringing(scene.clock, 100).phone);
    const { endpoint } = await scene.inbound();
    refer(endpoint);
    await scene.run(1000);
    expect(scene.records.map(({ callerIdRule, from }) => [callerIdRule, from.number])).toEqual([
      ['as received', CALLER],
      ['P20 inbound', CALLER],
    ]);
  });
});

describe('P31: records of calls that went wrong', () => {
  it('a number that leads nowhere has a record, which is not billed and takes up no capacity', async () => {
    const scene = await startScene({ limits: { callsPerSecond: 1 } });
    const { events } = scene.dial(scene.endpoint, '+14155550999');
    await scene.run(100);
    expect(events).toEqual(['failed 404']);
    expect(scene.summary()).toEqual(['original not-found trunk 404 4080']);
    expect(scene.records[0]).toMatchObject({ billable: false, counted: false, to: { number: '+14155550999' } });
    const [picture] = scene.pictures.values();
    const labels = scene.tracer.ladder(picture!.id)?.messages.map(({ label }) => label);
    expect(labels).toEqual(['INVITE (sdp)', '404 Not Found', 'ACK']);
    await scene.inbound();
  });

  it('who dials at random leaves five records a second, and its answers', async () => {
    const scene = await startScene();
    const calls = Array.from({ length: 50 }, (_, i) => scene.dial(scene.endpoint, `+1415555${1000 + i}`).events);
    await scene.run(500);
    expect(calls.every((events) => events.at(-1) === 'failed 404')).toBe(true);
    expect(scene.records.length).toBeLessThan(8);
    scene.dial(scene.endpoint, '9'.repeat(65));
    await scene.run(1000);
    expect(scene.records.map(({ to }) => to.number.length)).not.toContain(65);
  });

  it.each([
    ['busy', 486, 'original busy endpoint 486 4410'],
    ['declined', 603, 'original declined endpoint 603 5230'],
    ['gone', 503, 'original failed endpoint 503 5360'],
  ])('an endpoint that is %s ended the call itself', async (_, status, expected) => {
    const scene = await startScene();
    scene.phones.set(LINE, (invitation) => invitation.refuse(status));
    scene.dial(scene.caller, LINE);
    await scene.run(300);
    expect(scene.summary()).toEqual([expected]);
    expect(scene.records[0]?.end?.hangup.source).toBe('customer');
  });

  it('a caller that gives up while it rings has cancelled', async () => {
    const scene = await startScene();
    scene.phones.set(LINE, ringing(scene.clock).phone);
    const { session } = scene.dial(scene.caller, LINE);
    await scene.run(300);
    session.hangUp();
    await scene.run(300);
    expect(scene.summary()).toEqual(['original canceled caller 487 4420']);
  });

  it('a target that is busy ended its own leg; the original leg is still up and has no cause', async () => {
    const scene = await startScene();
    scene.phones.set(BILLING, (invitation) => invitation.refuse(486));
    const { endpoint } = await scene.inbound();
    refer(endpoint);
    await scene.run(500);
    expect(scene.summary()).toEqual(['original open', 'transfer busy target 486 4410']);
  });
});
