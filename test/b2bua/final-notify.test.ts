/** W2: whatever ends a transfer, or the call around it, its REFER gets exactly one NOTIFY that says `terminated`. */
import { describe, expect, it } from 'vitest';
import { endCall } from '../../src/core/b2bua/hang-up.ts';
import { BILLING, DOMAIN, refusing, ringing, SALES, type RingingPhone } from '../support/exchange.ts';
import { finalNotifies } from '../support/final-notifies.ts';
import { refer, startScene, type Connected, type Scene } from '../support/scene.ts';

interface Stage {
  readonly scene: Scene;
  readonly connected: Connected;
  readonly billing: RingingPhone;
  /** What the endpoint heard of its REFER. */
  readonly log: string[];
}

/** The endpoint has sent REFER, and the target rings. */
async function pending(before: (scene: Scene) => void = () => {}): Promise<Stage> {
  const scene = await startScene({ ringSeconds: 10 });
  const billing = ringing(scene.clock);
  scene.phones.set(BILLING, billing.phone);
  scene.phones.set(SALES, refusing(486));
  const connected = await scene.inbound();
  before(scene);
  const log = refer(connected.endpoint);
  await scene.run(30);
  return { scene, connected, billing, log };
}

const endings: Record<string, [(stage: Stage) => void, string]> = {
  'the target answers': [({ billing }) => billing.session?.incoming?.answer('sendrecv'), '200 OK'],
  'the target is busy': [({ billing }) => billing.session?.incoming?.reject(486), '486 Busy Here'],
  'the ring time runs out': [() => {}, '408 Request Timeout'],
  'another REFER takes its place': [
    ({ connected }) => void refer(connected.endpoint, `<sip:${SALES}@${DOMAIN}>`),
    '487 Request Terminated',
  ],
  'the endpoint says BYE': [({ connected }) => connected.endpoint.hangUp(), '487 Request Terminated'],
  'the caller hangs up': [({ connected }) => connected.caller.hangUp(), '487 Request Terminated'],
  'the trunk ends the call': [
    ({ scene, connected }) => endCall(scene.board, connected.live, { by: 'trunk', result: 'answered' }),
    '487 Request Terminated',
  ],
};

describe.each(Object.entries(endings))('W2: %s', (_what, [end, status]) => {
  it('ends the subscription, and then nothing is left of it', async () => {
    const stage = await pending();
    end(stage);
    await stage.scene.run(12_000);
    expect(finalNotifies(stage.scene.network)[0]).toEqual([`SIP/2.0 ${status}`]);
    expect(stage.log.filter((line) => line.endsWith(' .'))).toEqual([`NOTIFY ${status} .`]);
    expect([...stage.scene.endpoint.ua.sessions].filter(({ state }) => state === 'ended')).toEqual([]);
  });

  it('ends it while a NOTIFY before is unanswered: the final one waits T1 at most', async () => {
    const stage = await pending(({ network }) => {
      network.drop = ({ startLine, text, from }) =>
        from.host === '10.0.0.3' && startLine.startsWith('SIP/2.0 200') && /CSeq: \d+ NOTIFY/.test(text);
    });
    end(stage);
    await stage.scene.run(10_600);
    expect(finalNotifies(stage.scene.network)[0]).toEqual([`SIP/2.0 ${status}`]);
    const first = stage.scene.network.sent.find(({ text }) => /terminated;/.test(text));
    const news = stage.scene.network.sent.filter(
      ({ startLine, text }) => startLine.startsWith('NOTIFY') && !/terminated;/.test(text),
    );
    expect(news.filter(({ sentAt }) => sentAt < (first?.sentAt ?? 0)).length).toBeGreaterThan(0);
    stage.scene.network.drop = () => false;
    await stage.scene.run(8000);
    expect(finalNotifies(stage.scene.network)[0]).toHaveLength(1);
  });
});

it('W2: an endpoint whose BYE was answered long ago still hears how the transfer ended', async () => {
  const stage = await pending();
  stage.scene.network.drop = ({ startLine, text }) => startLine.startsWith('NOTIFY') && text.includes('487');
  stage.connected.endpoint.hangUp();
  await stage.scene.run(3000);
  stage.scene.network.drop = () => false;
  await stage.scene.run(3000);
  expect(stage.log.at(-1)).toBe('NOTIFY 487 Request Terminated .');
});
