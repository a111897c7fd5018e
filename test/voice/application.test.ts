/** When a call is answered, what ends it, and what a document may do to it. */
import { describe, expect, it } from 'vitest';
import { CALLER, DOMAIN, plainUser } from '../support/exchange.ts';
import { expectNothingLeft } from '../support/nothing-left.ts';
import { APP, own, startStage, type Stage, type StageOptions } from './stage.ts';

/** What the caller saw so far of a call whose number has this document. */
async function calling(
  document: Parameters<typeof startStage>[0][string],
  options: StageOptions & { documents?: Parameters<typeof startStage>[0] } = {},
) {
  const { documents = {}, ...rest } = options;
  const at = await startStage({ '/voice': document, ...documents }, { sayMs: 1000, ...rest });
  const { session, events } = at.dialApp('caller');
  await at.run(100);
  return { at, session, events };
}

const recordOf = (at: Stage) => at.records.find(({ to }) => to.number === APP)!;
const left = (at: Stage) => expectNothingLeft(at.clock, at.trunk, at.caller, at.endpoint, at.party);

describe('before the answer', () => {
  it('the caller hears that it rings while the application thinks, and the first verb answers', async () => {
    const answer = Promise.withResolvers<string>();
    const { at, events } = await calling(() => answer.promise);
    expect(events).toEqual(['progressed 180']);
    expect(at.asked).toMatchObject([{ what: 'POST /voice', why: 'voice-url', parameters: { CallStatus: 'ringing' } }]);
    answer.resolve('<Say>Hello</Say>');
    await at.run(100);
    expect(events).toEqual(['progressed 180', 'answered']);
    expect(at.live()).toMatchObject({ state: 'answered', conversation: { talkers: [{ state: 'answered' }] } });
  });

  it.each([
    ['<Reject/>', 'failed 603', 'declined', 603],
    ['<Reject reason="busy"/>', 'failed 486', 'busy', 486],
  ])('%s as the first verb refuses the call, and it is never answered', async (verb, event, result, sipStatus) => {
    const { at, events } = await calling(verb);
    expect(events).toEqual(['progressed 180', event]);
    expect(recordOf(at)).toMatchObject({ answeredAt: undefined, end: { result, sipStatus, endedBy: 'trunk' } });
    expect(at.board.calls.size).toBe(0);
    left(at);
  });

  it('a Pause as the first verb waits before it is answered', async () => {
    const { at, events } = await calling('<Pause length="3"/><Say>Hello</Say>');
    await at.run(2800);
    expect(events).toEqual(['progressed 180']);
    await at.run(300);
    expect(events).toEqual(['progressed 180', 'answered']);
  });

  it('a Redirect leaves it unanswered, so that the next document may still reject it', async () => {
    const { at, events } = await calling('<Redirect method="GET">next?x=1</Redirect>', {
      documents: { '/next': '<Reject/>' },
    });
    expect(at.asked.map(({ what, why }) => `${what} ${why}`)).toEqual(['POST /voice voice-url', 'GET /next redirect']);
    expect(events).toEqual(['progressed 180', 'failed 603']);
  });

  it.each(['<Hangup/>', ''])('a document of nothing but "%s" answers the call and ends it', async (document) => {
    const { at, events } = await calling(document);
    expect(events).toEqual(['progressed 180', 'answered', 'ended remote']);
    expect(recordOf(at)).toMatchObject({ end: { result: 'answered', endedBy: 'trunk' } });
    left(at);
  });

  it('a caller who gives up is not asked about any more, and nothing is left of the call', async () => {
    const { at, session, events } = await calling(() => new Promise<string>(() => {}));
    session.hangUp();
    await at.run(100);
    expect(events).toEqual(['progressed 180', 'failed 487']);
    expect(recordOf(at)).toMatchObject({ end: { result: 'canceled', endedBy: 'caller' } });
    expect(at.notices).toEqual([]);
    left(at);
  });
});

describe('after the answer', () => {
  it('T10: with no verb left the call ends', async () => {
    const { at, events } = await calling('<Say>Hello</Say><Play>tone.wav</Play>', { files: { '/tone.wav': 2 } });
    await at.run(2800);
    expect(events).toEqual(['progressed 180', 'answered']);
    await at.run(300);
    expect(events.at(-1)).toBe('ended remote');
    expect(at.asked.at(-1)).toMatchObject({ what: 'GET /tone.wav', why: 'play', parameters: {} });
    left(at);
  });

  it('the caller may hang up in the middle, which ends the call, its media and the prompt', async () => {
    const { at, session } = await calling('<Say loop="0">Hello</Say>');
    await at.run(5000);
    session.hangUp();
    await at.run(100);
    expect(recordOf(at)).toMatchObject({ end: { result: 'answered', endedBy: 'caller' } });
    expect(at.media.sessions.every(({ closed }) => closed)).toBe(true);
    left(at);
  });

  it('so does the trunk, and the prompt ends with it', async () => {
    const { at, events } = await calling('<Say loop="0">Hello</Say>');
    at.applications.control(at.board, at.live(), at.live().legs[0]!).hangUp();
    await at.run(100);
    expect(events.at(-1)).toBe('ended remote');
    left(at);
  });

  it('loops as often as it says, and for ever with 0', async () => {
    const { at, events } = await calling('<Say loop="3">Hello</Say>');
    await at.run(2700);
    expect(events).toEqual(['progressed 180', 'answered']);
    await at.run(400);
    expect(events.at(-1)).toBe('ended remote');
    const endless = await calling('<Say loop="0">Hello</Say>');
    await endless.at.run(60_000);
    expect(endless.events.at(-1)).toBe('answered');
  });

  it.each(['1w', 'W', 'w', 'ABCD'])('presses the keys %s for ever, and lets the trunk live', async (digits) => {
    const { at, events, session } = await calling(`<Play digits="${digits}" loop="0"/>`);
    const sent = at.media.sessions[0]!.stats.sent;
    await at.run(10_000);
    expect(events.at(-1)).toBe('answered');
    if (/[^wW]/.test(digits)) expect(at.media.sessions[0]!.stats.sent - sent).toBeGreaterThan(50);
    session.hangUp();
    await at.run(100);
    left(at);
  });

  it('presses keys as a telephone does, one after the other, with its pauses', async () => {
    const { at } = await calling('<Pause length="1"/><Play digits="4w#"/><Pause length="60"/>');
    const [media] = at.media.sessions;
    const keys: [number, number][] = [];
    const began = at.clock.now();
    media!.write = (frame) =>
      void (frame.kind === 'dtmf' && frame.marker && keys.push([frame.event, at.clock.now() - began]));
    await at.run(3000);
    expect(keys.map(([event]) => event)).toEqual([4, 11]);
    // 320 ms of a key and its gap, and half a second.
    expect(keys[1]![1] - keys[0]![1]).toBeCloseTo(820, -1);
  });

  it('a Reject comes too late: it is reported, and the call ends', async () => {
    const { at, events } = await calling('<Say>Hello</Say><Reject/>');
    await at.run(1100);
    expect(events.at(-1)).toBe('ended remote');
    expect(at.notices).toMatchObject([{ code: 13810, line: 2, severity: 'warning' }]);
  });

  it.each(['<Redirect>/voice</Redirect>', '<Refer action="/voice"><Sip>sip:nobody@there.test</Sip></Refer>'])(
    'documents that do nothing but lead to one another do not go on for ever: %s',
    async (document) => {
      const { at, events } = await calling(document);
      await at.run(2000);
      expect(at.asked).toHaveLength(51);
      expect(at.notices.at(-1)).toMatchObject({ code: 11215, severity: 'error' });
      expect(events.at(-1)).toBe('ended remote');
      left(at);
    },
  );

  it('an endpoint that sends REFER outside of a Dial is declined, with error 13802', async () => {
    const at = await startStage({ '/voice': '<Say loop="0">Hello</Say>' });
    const { session } = at.dialApp('endpoint');
    await at.run(100);
    const statuses: number[] = [];
    session.refer('<sip:+14155551234@there.test>', [], { refused: (status) => statuses.push(status), notified() {} });
    await at.run(100);
    expect(statuses).toEqual([603]);
    const answer = at.network.sent.find(({ text }) => text.startsWith('SIP/2.0 603'));
    expect(answer?.text).toMatch(/^Warning: 399 \S+ "[^"]*13802[^"]*"\r$/m);
    expect(at.notices).toMatchObject([{ code: 13802 }]);
    expect(at.live().state).toBe('answered');
  });
});

describe('a browser, whose media needs a handshake', () => {
  it.each([
    [500, 500],
    [60_000, 3000],
  ])('that takes %d ms hears the prompt from its beginning, at most 3 s after the answer', async (takes, waits) => {
    const { at, events } = await calling('<Pause length="1"/><Say loop="0">Hello</Say>');
    const [media] = at.media.sessions;
    media!.ready = () => new Promise((resolve) => void at.clock.after(takes, resolve));
    await at.run(900 + waits);
    expect(events.at(-1)).toBe('answered');
    expect(media!.stats.sent).toBe(0);
    await at.run(200);
    expect(media!.stats.sent).toBeGreaterThan(0);
  });
});

describe('an application that fails', () => {
  it('has the call answered, an apology said, and the call ended', async () => {
    const { at, events } = await calling('<Oops', { sayMs: 3000 });
    await at.run(2700);
    expect(events).toEqual(['progressed 180', 'answered']);
    await at.run(400);
    expect(events.at(-1)).toBe('ended remote');
    expect(at.notices).toMatchObject([
      {
        code: 12100,
        line: 2,
        severity: 'error',
        url: 'http://app.test/voice',
        callSid: at.asked[0]!.parameters['CallSid'],
      },
    ]);
    left(at);
  });

  it('does so in the middle of a call as well', async () => {
    const { at, events } = await calling('<Say>Hello</Say><Redirect>/nowhere</Redirect>');
    await at.run(1000);
    expect(at.notices).toMatchObject([{ code: 11217, severity: 'error' }]);
    await at.run(1000);
    expect(events.at(-1)).toBe('ended remote');
  });

  it('may be hung up on during the apology', async () => {
    const { at, session } = await calling('<Oops', { sayMs: 3000 });
    session.hangUp();
    await at.run(100);
    left(at);
  });

  it('T2: only http and https are asked, and a relative URL starts from the document', async () => {
    const { at } = await calling('<Redirect>dir/a</Redirect>', {
      documents: { '/dir/a': '<Redirect>b</Redirect>', '/dir/b': '<Redirect>ftp://elsewhere.test/c</Redirect>' },
    });
    expect(at.asked.map(({ what }) => what)).toEqual(['POST /voice', 'POST /dir/a', 'POST /dir/b']);
    expect(at.notices).toMatchObject([{ code: 11100, severity: 'error', url: 'http://app.test/dir/b' }]);
  });
});

describe('the standard parameters', () => {
  it('T9: have nothing empty: a caller without a name, a call that nobody forwarded, a leg without a parent', async () => {
    const { at } = await calling('<Say>Hello</Say>');
    expect(at.asked[0]!.parameters).toEqual({
      AccountSid: `AC${'0'.repeat(32)}`,
      ApiVersion: '2010-04-01',
      CallSid: expect.stringMatching(/^CA[\da-f]{32}$/),
      CallStatus: 'ringing',
      Direction: 'inbound',
      From: 'alice',
      To: APP,
    });
  });

  it('T9: have who forwarded the call and the name of who calls, where there is something to say of them', async () => {
    const at = await startStage({ '/voice': '<Say>Hello</Say>' });
    at.caller.ua.invite(
      {
        uri: `sip:${APP}@${DOMAIN}`,
        from: `"Ada Lovelace" <sip:${CALLER}@${DOMAIN}>`,
        to: `<sip:${APP}@${DOMAIN}>`,
        hop: at.trunk.hop,
        sdp: 'sendrecv',
        headers: [['Diversion', '<sip:+14155550190@there.test>;reason=user-busy']],
      },
      plainUser([]),
    );
    await at.run(100);
    expect(at.asked[0]!.parameters).toMatchObject({
      CallerName: 'Ada Lovelace',
      ForwardedFrom: '+14155550190',
      From: CALLER,
    });
  });

  it('are URIs on a SIP leg, and say that the call is answered once it is', async () => {
    const at = await startStage(
      { '/voice': '<Say>Hello</Say><Redirect>/next</Redirect>', '/next': '' },
      { sayMs: 100 },
    );
    at.dialApp('endpoint');
    await at.run(400);
    expect(at.asked[1]!.parameters).toMatchObject({
      CallStatus: 'in-progress',
      From: 'sip:alice@demo.zt.patchcord.test',
      To: `sip:${APP}@demo.zt.patchcord.test`,
    });
    expect(own(at.asked[1]!)).toEqual({});
  });
});
