/** T1: a document for a live call, at any point of it. */
import { describe, expect, it } from 'vitest';
import type { Source } from '../../src/core/voice/application.ts';
import { callSid } from '../../src/core/voice/sids.ts';
import { BILLING, LINE, ringing } from '../support/exchange.ts';
import { expectNothingLeft } from '../support/nothing-left.ts';
import { startStage, type Stage } from './stage.ts';

const update = (at: Stage, source: Source, leg = at.live().legs[0]!): string | undefined =>
  at.applications.update(at.board, at.live(), leg, source);
const url = (text: string): Source => ({ url: text, method: 'POST', parameters: [], why: 'api' });
const left = (at: Stage) => expectNothingLeft(at.clock, at.trunk, at.caller, at.endpoint, at.party);

describe('T1: a document for a live call', () => {
  it('T1: takes the place of the one that runs, which says no more', async () => {
    const at = await startStage({ '/voice': '<Say loop="0">Hello</Say><Redirect>/never</Redirect>' });
    const { events } = at.dialApp('caller');
    await at.run(1000);
    const sent = at.media.sessions[0]!.stats.sent;
    expect(sent).toBeGreaterThan(0);
    expect(update(at, { xml: '<Response><Pause length="5"/></Response>' })).toBeUndefined();
    await at.run(4800);
    expect(at.media.sessions[0]!.stats.sent).toBe(sent);
    expect(events.at(-1)).toBe('answered');
    await at.run(300);
    expect(events.at(-1)).toBe('ended remote');
    expect(at.asked.map(({ what }) => what)).toEqual(['POST /voice']);
    left(at);
  });

  it('T1: from a URL, relative ones of a document counting from the one before', async () => {
    const at = await startStage({
      '/voice': '<Pause length="60"/>',
      '/new': '<Redirect>newer</Redirect>',
      '/newer': '<Hangup/>',
    });
    at.dialApp('caller');
    await at.run(100);
    expect(update(at, url('/new'))).toBeUndefined();
    await at.run(100);
    expect(at.asked.map(({ what, why }) => `${what} ${why}`)).toEqual([
      'POST /voice voice-url',
      'POST /new api',
      'POST /newer redirect',
    ]);
    expect(at.board.calls.size).toBe(0);
  });

  it('T1: while it rings and the application is still asked: its answer is not waited for', async () => {
    const at = await startStage({ '/voice': () => new Promise<string>(() => {}) });
    const { events } = at.dialApp('caller');
    await at.run(100);
    expect(events).toEqual(['progressed 180']);
    update(at, { xml: '<Response><Say loop="0">Hello</Say></Response>' });
    await at.run(100);
    expect(events).toEqual(['progressed 180', 'answered']);
  });

  it('T1: not on a leg that is over', async () => {
    const at = await startStage({ '/voice': '<Pause length="60"/>' });
    const { session } = at.dialApp('caller');
    await at.run(100);
    const call = at.live();
    session.hangUp();
    await at.run(100);
    expect(at.applications.update(at.board, call, call.legs[0]!, { xml: '<Response/>' })).toBe('the leg is over');
    left(at);
  });

  it('T1: again and again: only the last one runs', async () => {
    const at = await startStage({
      '/voice': '<Pause length="60"/>',
      '/a': '<Redirect>/never</Redirect>',
      '/b': '<Say loop="0">B</Say>',
    });
    at.dialApp('caller');
    await at.run(100);
    update(at, url('/a'));
    update(at, url('/b'));
    update(at, url('/a'));
    update(at, url('/b'));
    await at.run(100);
    expect(at.asked.at(-1)?.what).toBe('POST /b');
    expect(at.asked.some(({ what }) => what === 'POST /never')).toBe(false);
    expect(at.live().state).toBe('answered');
  });
});

describe('T1: a document for an ordinary call', () => {
  async function talking() {
    const at = await startStage({});
    const phone = ringing(at.clock, 100);
    at.phones.set(LINE, phone.phone);
    const { session, events } = at.dial(at.caller, LINE);
    await at.run(500);
    expect(at.live().state).toBe('answered');
    return { at, phone, session, events };
  }

  it('T1: on the leg of the endpoint: the caller is let go, and the document decides about the leg', async () => {
    const { at, phone, events } = await talking();
    const call = at.live();
    expect(update(at, { xml: '<Response><Say loop="0">Hello</Say></Response>' }, call.legs[1])).toBeUndefined();
    await at.run(500);
    expect(events.at(-1)).toBe('ended remote');
    expect(phone.events).toEqual([]);
    expect(call).toMatchObject({ state: 'answered', conversation: { talkers: [{ facts: { role: 'endpoint' } }] } });
    expect(at.media.sessions[1]!.said?.kind).toBe('audio');
    phone.session!.hangUp();
    await at.run(100);
    expect(at.records.map(({ end }) => end?.result)).toEqual(['answered']);
    left(at);
  });

  it('T1: on the leg of the caller: the endpoint is let go', async () => {
    const { at, phone, events } = await talking();
    update(at, { xml: '<Response><Hangup/></Response>' });
    await at.run(100);
    expect(phone.events).toEqual(['ended remote']);
    expect(events.at(-1)).toBe('ended remote');
    left(at);
  });

  it('T1: while it rings: the caller is answered by the document, and it rings no longer', async () => {
    const at = await startStage({});
    const phone = ringing(at.clock);
    at.phones.set(LINE, phone.phone);
    const { events } = at.dial(at.caller, LINE);
    await at.run(200);
    update(at, { xml: '<Response><Say loop="0">Hello</Say></Response>' });
    await at.run(60_000);
    expect(events).toEqual(['progressed 180', 'answered']);
    expect(phone.events).toEqual(['canceled']);
  });

  it('T1: a leg that rings cannot run one', async () => {
    const at = await startStage({});
    at.phones.set(LINE, ringing(at.clock).phone);
    at.dial(at.caller, LINE);
    await at.run(200);
    expect(update(at, { xml: '<Response/>' }, at.live().legs[1])).toBe('the leg has not answered yet');
  });
});

describe('T1: a document for a leg of a Dial', () => {
  async function dialled(after = '<Say loop="0">Alone again</Say>') {
    const at = await startStage({ '/voice': `<Dial>${BILLING}</Dial>${after}`, '/other': '<Say loop="0">You</Say>' });
    const phone = ringing(at.clock, 100);
    at.phones.set(BILLING, phone.phone);
    const { events, session } = at.dialApp('endpoint');
    await at.run(1000);
    const [parent, child] = at.live().legs;
    expect(at.live().conversation.talkers).toEqual([parent, child]);
    return { at, phone, events, session, parent: parent!, child: child! };
  }

  it('T1: on the leg that dials: the called one ends', async () => {
    const { at, phone, events, parent } = await dialled();
    update(at, url('/other'), parent);
    await at.run(100);
    expect(phone.events).toEqual(['ended remote']);
    expect(events).toEqual(['progressed 180', 'answered']);
    expect(at.live().conversation.talkers).toEqual([parent]);
    expect(at.asked.at(-1)).toMatchObject({ what: 'POST /other', parameters: { CallSid: callSid(parent) } });
  });

  it('T1: on the called leg: the two run documents of their own, and part without harm to each other', async () => {
    const { at, phone, events, session, parent, child } = await dialled();
    update(at, url('http://app.test/other'), child);
    await at.run(200);
    expect(at.asked.at(-1)).toMatchObject({
      what: 'POST /other',
      parameters: { CallSid: callSid(child), ParentCallSid: callSid(parent), Direction: 'outbound-dial' },
    });
    expect(at.board.calls.size).toBe(1);
    const [first, second] = at.media.sessions;
    const sent = [first!.stats.sent, second!.stats.sent];
    await at.run(1000);
    // Each hears its own document.
    expect([first!.stats.sent - sent[0]!, second!.stats.sent - sent[1]!]).toEqual([50, 50]);
    session.hangUp();
    await at.run(200);
    expect(events.at(-1)).not.toBe('ended remote');
    expect(phone.events).toEqual([]);
    expect(at.live().state).toBe('answered');
    phone.session!.hangUp();
    await at.run(200);
    expect(at.board.calls.size).toBe(0);
    expect(at.records.map(({ kind, end }) => [kind, end?.result, end?.endedBy])).toEqual([
      ['original', 'answered', 'endpoint'],
      ['dial', 'answered', 'target'],
    ]);
    left(at);
  });

  it('T1: on the called leg while it still runs the document of its Number: the two are never joined', async () => {
    const at = await startStage({
      '/voice': `<Dial><Number url="/whisper">${BILLING}</Number></Dial><Say loop="0">Alone again</Say>`,
      '/whisper': '<Say loop="0">Somebody wants to talk to you</Say>',
      '/other': '<Say loop="0">You</Say>',
    });
    at.phones.set(BILLING, ringing(at.clock, 100).phone);
    at.dialApp('endpoint');
    await at.run(1000);
    const [parent, child] = at.live().legs;
    expect(at.asked.at(-1)?.what).toBe('POST /whisper');
    update(at, url('http://app.test/other'), child);
    await at.run(500);
    expect(at.asked.at(-1)?.what).toBe('POST /other');
    expect(at.live().peerOf(parent!)).toBeUndefined();
    const sent = at.media.sessions.map(({ stats }) => stats.sent);
    await at.run(1000);
    expect(at.media.sessions.map(({ stats }, i) => stats.sent - sent[i]!)).toEqual([50, 50]);
  });

  it('T1: the end of the called one leaves the other with its document', async () => {
    const { at, phone, parent, child } = await dialled();
    update(at, url('http://app.test/other'), child);
    await at.run(200);
    phone.session!.hangUp();
    await at.run(200);
    expect(parent.live).toBe(true);
    expect(at.live().state).toBe('answered');
  });
});
