import { describe, expect, it } from 'vitest';
import { eventOfKey } from '../../src/core/rtp/dtmf.ts';
import type { FakeMediaSession } from '../support/fake-media.ts';
import { expectNothingLeft } from '../support/nothing-left.ts';
import { own, startStage, type Stage } from './stage.ts';

interface Gathering {
  readonly at: Stage;
  readonly events: string[];
  readonly session: ReturnType<Stage['dialApp']>['session'];
  /** As a telephone does: the same event in several packets (RFC 4733). */
  press(key: string): void;
  /** What the action has been asked with. */
  readonly actions: () => Record<string, string>[];
}

/** A call whose document gathers; prompts last a second, and the document after it says something for ever. */
async function gathering(attributes: string, nested = '', after = '<Say loop="0">Nothing</Say>'): Promise<Gathering> {
  const document = `<Gather action="/keys" ${attributes}>${nested}</Gather>${after}`;
  const at = await startStage({ '/voice': document, '/keys': '<Pause length="60"/>' }, { sayMs: 1000 });
  const { session, events } = at.dialApp('caller');
  await at.run(50);
  let timestamp = 0;
  return {
    at,
    session,
    events,
    press(key) {
      timestamp += 1600;
      for (const [packet, end] of [false, false, true, true].entries()) {
        const event = eventOfKey(key)!;
        const position = { ssrc: 7, sequenceNumber: packet, timestamp, marker: packet === 0 };
        mediaOf(at).hear({ kind: 'dtmf', event, end, volume: 10, duration: 160 * packet, ...position });
      }
    },
    actions: () => at.asked.filter(({ why }) => why === 'action').map(own),
  };
}

const mediaOf = (at: Stage): FakeMediaSession => at.media.sessions[0]!;

describe('keys', () => {
  it('are collected until there are as many as wanted, each pressed once', async () => {
    const { at, press, actions } = await gathering('numDigits="3"');
    for (const key of '550') {
      press(key);
      await at.run(500);
    }
    expect(actions()).toEqual([{ Digits: '550' }]);
  });

  it('end with the key that finishes them, which is none of them', async () => {
    const { at, press, actions } = await gathering('');
    for (const key of '12#') press(key);
    await at.run(20);
    expect(actions()).toEqual([{ Digits: '12', FinishedOnKey: '#' }]);
  });

  it('end with another key where the document names one, and with none where it names none', async () => {
    const star = await gathering('finishOnKey="*"');
    for (const key of '1#2*') star.press(key);
    await star.at.run(20);
    expect(star.actions()).toEqual([{ Digits: '1#2', FinishedOnKey: '*' }]);

    const none = await gathering('finishOnKey="" timeout="2"');
    for (const key of '1#*') none.press(key);
    await none.at.run(2100);
    expect(none.actions()).toEqual([{ Digits: '1#*' }]);
  });

  it('are waited for from the last one on', async () => {
    const { at, press, actions } = await gathering('timeout="3"');
    await at.run(2500);
    press('4');
    await at.run(2500);
    press('2');
    await at.run(2900);
    expect(actions()).toEqual([]);
    await at.run(200);
    expect(actions()).toEqual([{ Digits: '42' }]);
  });

  it('may come by INFO', async () => {
    const { at, session, actions } = await gathering('numDigits="2"');
    const statuses: number[] = [];
    const info = (type: string, body: string) =>
      session.request(
        'INFO',
        [['Content-Type', type]],
        { response: ({ status }) => statuses.push(status), transportError() {}, timeout() {} },
        Buffer.from(body),
      );
    info('application/dtmf-relay', 'Signal=7\r\nDuration=160\r\n');
    await at.run(50);
    info('application/dtmf', '#');
    info('text/plain', '5');
    await at.run(50);
    expect(actions()).toEqual([{ Digits: '7', FinishedOnKey: '#' }]);
    expect(statuses.toSorted((a, b) => a - b)).toEqual([200, 200, 415]);
  });
});

describe('prompts', () => {
  it('come first, and the time to press a key counts from their end', async () => {
    const { at, actions } = await gathering(
      'timeout="2" actionOnEmptyResult="true"',
      '<Say>One</Say><Pause length="1"/>',
    );
    await at.run(3800);
    expect(actions()).toEqual([]);
    await at.run(300);
    expect(actions()).toEqual([{ Digits: '' }]);
  });

  it('fall silent with the first key', async () => {
    const { at, press } = await gathering('timeout="5"', '<Say>One</Say><Say>Two</Say>');
    await at.run(300);
    press('1');
    const said = mediaOf(at).stats.sent;
    await at.run(3000);
    expect(said).toBeGreaterThan(10);
    expect(mediaOf(at).stats.sent).toBe(said);
  });
});

describe('nothing pressed', () => {
  it('lets the next verb run', async () => {
    const { at, actions, events } = await gathering('timeout="1"', '', '');
    await at.run(900);
    expect(events.at(-1)).toBe('answered');
    await at.run(200);
    expect(actions()).toEqual([]);
    expect(events.at(-1)).toBe('ended remote');
    expectNothingLeft(at.clock, at.trunk, at.caller, at.endpoint, at.party);
  });

  it('nor does the finishing key alone count', async () => {
    const { at, press, actions } = await gathering('');
    press('#');
    await at.run(50);
    expect(actions()).toEqual([]);
    expect(mediaOf(at).said?.kind).toBe('audio');
  });
});

describe('a caller who hangs up in between', () => {
  it('leaves no timer, and the action is not asked', async () => {
    const { at, press, session, actions } = await gathering('timeout="5"', '<Say>One</Say>');
    press('1');
    await at.run(100);
    session.hangUp();
    await at.run(100);
    expect(actions()).toEqual([]);
    expectNothingLeft(at.clock, at.trunk, at.caller, at.endpoint, at.party);
  });

  it('and without an action the keys go to the URL of the document itself', async () => {
    const at = await startStage({
      '/voice': ({ Digits }) =>
        Digits === undefined ? '<Gather numDigits="1" finishOnKey=""/>' : '<Pause length="60"/>',
    });
    at.dialApp('caller');
    await at.run(50);
    mediaOf(at).hear({
      kind: 'dtmf',
      event: 9,
      end: false,
      volume: 10,
      duration: 160,
      ssrc: 1,
      sequenceNumber: 1,
      timestamp: 1,
      marker: true,
    });
    await at.run(50);
    expect(at.asked).toMatchObject([{ what: 'POST /voice' }, { what: 'POST /voice', parameters: { Digits: '9' } }]);
  });
});

describe('one press of a key', () => {
  /** A menu of so many levels: each Gather takes one key, and the last one four. */
  async function menu(between = '') {
    const taken: string[] = [];
    const level = (name: string): string => `<Gather action="/${name}" numDigits="1" timeout="30"/>`;
    const at = await startStage(
      {
        '/voice': level('a'),
        '/a': ({ Digits }) => (taken.push(Digits!), between + level('b')),
        '/b': ({ Digits }) => (taken.push(Digits!), between + '<Gather action="/c" numDigits="4" timeout="30"/>'),
        '/c': ({ Digits }) => (taken.push(Digits!), '<Pause length="60"/>'),
      },
      { sayMs: 1000 },
    );
    at.dialApp('caller');
    await at.run(50);
    let began = 65_000;
    /** RFC 4733, every packet of a press that lasts 160 ms, the last one three times. */
    const press = async (key: string): Promise<void> => {
      began = (began + 4000) >>> 0;
      for (const duration of [1, 2, 3, 4, 5, 6, 7, 8, 8, 8]) {
        mediaOf(at).hear({
          kind: 'dtmf',
          event: eventOfKey(key)!,
          end: duration === 8,
          volume: 10,
          duration: duration * 160,
          ssrc: 7,
          sequenceNumber: 0,
          timestamp: began,
          marker: duration === 1,
        });
        await at.run(20);
      }
    };
    return { at, press, taken };
  }

  it('M6: is one digit for all the Gathers that listen while it lasts', async () => {
    const { at, press, taken } = await menu();
    await press('5');
    await at.run(1000);
    expect(taken).toEqual(['5']);
    await press('5');
    await at.run(1000);
    expect(taken).toEqual(['5', '5']);
    for (const key of '1234') await press(key);
    await at.run(100);
    expect(taken).toEqual(['5', '5', '1234']);
  });

  it('M6: typed ahead of the documents goes to those that ask next, in order', async () => {
    const { at, taken } = await menu();
    const { keys } = at.live().legs[0]!;
    for (const key of '561234') keys.pressed(key);
    await at.run(500);
    expect(taken).toEqual(['5', '6', '1234']);
    for (const key of '99') keys.pressed(key);
    await at.run(500);
    expect(taken).toHaveLength(3);
  });

  it('M6: is nobody’s while another verb runs between two Gathers', async () => {
    const { at, taken } = await menu('<Say>Now the next one</Say>');
    const { keys } = at.live().legs[0]!;
    for (const key of '561234') keys.pressed(key);
    await at.run(2000);
    expect(taken).toEqual(['5']);
    keys.pressed('7');
    await at.run(2000);
    for (const key of '1234') keys.pressed(key);
    await at.run(100);
    expect(taken).toEqual(['5', '7', '1234']);
  });
});
