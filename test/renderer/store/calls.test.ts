import { describe, expect, it } from 'vitest';
import { callOfSession, createCallsSlice, reduceCalls, type CallsSlice } from '../../../src/renderer/store/calls.ts';
import { reduceDirectory, searchDirectory, type DirectorySlice } from '../../../src/renderer/store/directory.ts';
import { hearing, withApplication } from '../../../src/renderer/store/hearing.ts';
import { silenceWords } from '../../../src/renderer/features/transfer/RescueBar.tsx';
import { picture } from '../harness/calls.ts';
import { directory } from '../harness/scripted-contract.ts';

const BILLING = { number: '+14155551234', name: 'Billing' };
const CALL = 'call-dana';

function after(state: CallsSlice, hears: NonNullable<Parameters<typeof picture>[0]['hears']>, now: number): CallsSlice {
  const call = picture({ sipCallId: 'dana', at: 0, hears, target: BILLING });
  return { ...state, ...reduceCalls(state, { type: 'callChanged', call }, now) };
}

describe('the picture of the calls', () => {
  it('finds the call of a session by its SIP Call-ID', () => {
    const { calls } = after(createCallsSlice(), 'both', 0);
    expect(callOfSession(calls, 'dana')?.id).toBe(CALL);
    expect(callOfSession(calls, 'other')).toBeUndefined();
  });

  it('measures from the bridge how long the caller has heard nothing of the console', () => {
    let state = after(createCallsSlice(), 'both', 1000);
    expect(state.silences[CALL]).toBeUndefined();
    state = after(state, 'caller-ring-back', 2000);
    state = after(state, 'caller-ring-back', 5000);
    expect(state.silences[CALL]).toEqual({ since: 2000 });
    state = after(state, 'both', 9000);
    expect(state.silences[CALL]).toEqual({ since: 2000, until: 9000 });
    state = after(state, 'hold', 20_000);
    expect(state.silences[CALL]).toEqual({ since: 20_000 });
  });

  it('counts no silence towards an application: nobody is there who could hear', () => {
    const whole = picture({ sipCallId: 'dana', at: 0, hears: 'nobody' });
    const hear = (state: CallsSlice, legs: typeof whole.legs, now: number): CallsSlice => {
      return { ...state, ...reduceCalls(state, { type: 'callChanged', call: { ...whole, legs } }, now) };
    };
    const alone = whole.legs.filter(({ role }) => role === 'console');
    expect(hear(createCallsSlice(), alone, 1000).silences).toEqual({});
    const silent = hear(createCallsSlice(), whole.legs, 1000);
    expect(silent.silences[CALL]).toEqual({ since: 1000 });
    expect(hear(silent, alone, 2000).silences).toEqual({});
  });

  it('W28: is none for the moment in which the sound is being connected', () => {
    const whole = picture({ sipCallId: 'dana', at: 0, hears: 'nobody' });
    const told = (state: 'connecting' | 'failed') => {
      const legs = whole.legs.map((leg) => ({ ...leg, media: { state } }));
      return reduceCalls(createCallsSlice(), { type: 'callChanged', call: { ...whole, legs } }, 1000)?.silences;
    };
    expect(told('connecting') ?? {}).toEqual({});
    expect(told('failed')).toEqual({ [whole.id]: { since: 1000 } });
  });

  it('tells the silence in words, muting included', () => {
    const card = { caller: 'Dana', startedAt: 1000 } as Parameters<typeof silenceWords>[1];
    const line = { muted: false } as Parameters<typeof silenceWords>[0];
    expect(silenceWords(line, card, { since: 2000 }, 16_000)).toBe('Dana has heard nothing from you for 0:14.');
    expect(silenceWords(line, card, { since: 2000, until: 9000 }, 16_000)).toBe(
      'Dana hears you again, after 7.0 s without you.',
    );
    expect(silenceWords({ ...line, muted: true }, card, undefined, 0)).toBe(
      'You are muted: Dana hears nothing from you.',
    );
    expect(silenceWords(line, card, undefined, 0)).toBe('Dana is waiting on your line.');
  });
});

describe('who hears whom', () => {
  const draw = (hears: NonNullable<Parameters<typeof picture>[0]['hears']>) =>
    hearing(picture({ sipCallId: 'dana', at: 0, hears, target: BILLING }), 'dana', directory);

  it('draws an arrow only where the bridge has one', () => {
    expect(draw('both').edges).toEqual([{ a: 0, b: 1, aHearsB: true, bHearsA: true }]);
    expect(draw('caller-ring-back').edges).toEqual([{ a: 0, b: 1, aHearsB: false, bHearsA: true }]);
    expect(draw('nobody').edges).toEqual([]);
  });

  it('shows the application to a leg that is alone with it, and to no other', () => {
    const whole = picture({ sipCallId: 'dana', at: 0, hears: 'nobody' });
    const alone = { ...whole, legs: whole.legs.slice(1) };
    const words = (call: typeof whole, application: boolean) => hearing(call, 'dana', directory, application).words;
    expect(words(alone, true)).toEqual(['You hear the application.']);
    expect(words(alone, false)).toEqual(['You hear nobody.']);
    expect(words(whole, true)).toEqual(['Dana Whitfield hears nobody.', 'You hear nobody.']);
  });

  it('knows a call with an application and nobody else: there is nobody to transfer', () => {
    const whole = picture({ sipCallId: 'dana', at: 0, hears: 'nobody' });
    const state = (legs: typeof whole.legs, asked: string) =>
      ({
        calls: { [whole.id]: { ...whole, legs } },
        requests: { exchanges: [{ callId: asked }] },
      }) as unknown as Parameters<typeof withApplication>[0];
    const alone = whole.legs.slice(1);
    expect(withApplication(state(alone, whole.id), 'dana')).toBe(true);
    expect(withApplication(state(alone, 'another'), 'dana')).toBe(false);
    expect(withApplication(state(whole.legs, whole.id), 'dana')).toBe(false);
    expect(withApplication(state(alone, whole.id), 'another')).toBe(false);
  });

  it('says the same in sentences', () => {
    expect(draw('caller-ring-back').words).toEqual([
      'Dana Whitfield hears ring-back.',
      'You hear Dana Whitfield.',
      'Billing hears nobody.',
    ]);
  });
});

describe('the directory', () => {
  it('is searched by name, by what somebody does, and by number however it is spaced', () => {
    const names = (input: string) => searchDirectory(directory, input).map((entry) => entry.name);
    expect(names('bill')).toEqual(['Billing']);
    expect(names('busy')).toEqual(['Night desk']);
    expect(names('+1 (415) 555-1234')).toEqual(['Billing']);
    expect(names('nobody like this')).toEqual([]);
  });

  it('remembers how the last call to a target went', () => {
    const call = picture({
      sipCallId: 'dana',
      at: 0,
      target: { ...BILLING, state: 'ended', result: 'busy', sipStatus: 486, endedAt: 7 },
    });
    const slice = { directory, lastResults: {} } as unknown as DirectorySlice;
    expect(reduceDirectory(slice, { type: 'callChanged', call })?.lastResults).toEqual({
      '+14155551234': { result: 'busy', status: 486, at: 7 },
    });
  });
});
