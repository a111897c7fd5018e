import { describe, expect, it } from 'vitest';
import { createStore } from 'zustand';
import { ContractFailure } from '../../src/contract/client.ts';
import type { ContractClient } from '../../src/contract/client.ts';
import type { CallView, Ladder } from '../../src/contract/model.ts';
import { missedSincePause, shownEntry, shownLadder } from '../../src/renderer/store/ladder-state.ts';
import { createLadderSlice } from '../../src/renderer/store/ladder.ts';
import type { LadderSlice } from '../../src/renderer/store/ladder.ts';
import { CALL_ID, START, callView, ladder, lifelines, messages } from './panes-harness/transferred-call.ts';

/** A slice over a trunk whose answers are given by hand. */
function open() {
  const asked: { callId: string; answer: (reply: Ladder) => Promise<void>; fail: (why: unknown) => Promise<void> }[] =
    [];
  const send = ((_name: string, { callId }: { callId: string }) =>
    new Promise((resolve, reject) => {
      asked.push({
        callId,
        answer: async (reply) => {
          resolve(reply);
          await settled();
        },
        fail: async (why) => {
          reject(why);
          await settled();
        },
      });
    })) as unknown as ContractClient['send'];
  const store = createStore<LadderSlice>()((set, get) => createLadderSlice(set, get, send));
  const { ladderActions: actions } = store.getState();
  return {
    asked,
    actions,
    state: () => store.getState().ladder,
    calls: (...calls: CallView[]) => calls.forEach((call) => actions.receive({ type: 'callChanged', call })),
    trace: (...seqs: number[]) => {
      for (const seq of seqs) {
        const message = messages[seq - 1]!;
        actions.receive({ type: 'messageTraced', callId: CALL_ID, message, lifelines: [...lifelines] });
      }
    },
    seqs: () => shownLadder(store.getState().ladder)?.messages.map((message) => message.seq),
  };
}

/** Lets the promises that are settled already run their course. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
}

describe('messages of a live call', () => {
  it('are appended to the ladder that was fetched when the call appeared', async () => {
    const pane = open();
    pane.calls(callView('ringing'));
    await pane.asked[0]!.answer(ladder(2));
    pane.trace(3, 4);
    expect(pane.seqs()).toEqual([1, 2, 3, 4]);
    expect(pane.asked).toHaveLength(1);
  });

  it('that come while the ladder is on its way are joined with it, each once', async () => {
    const pane = open();
    pane.calls(callView('ringing'));
    pane.trace(1, 2, 3);
    await pane.asked[0]!.answer(ladder(2));
    expect(pane.seqs()).toEqual([1, 2, 3]);
    expect(shownEntry(pane.state())?.status).toBe('ready');
  });

  it('bring the lifelines that a transfer adds', async () => {
    const pane = open();
    pane.calls(callView('ringing'));
    await pane.asked[0]!.answer(ladder(2));
    expect(shownLadder(pane.state())?.lifelines).toHaveLength(2);
    pane.trace(3);
    expect(shownLadder(pane.state())?.lifelines).toHaveLength(lifelines.length);
  });

  it('with a hole before them make the ladder be fetched again', async () => {
    const pane = open();
    pane.calls(callView('ringing'));
    await pane.asked[0]!.answer(ladder(2));
    pane.trace(5);
    expect(pane.asked).toHaveLength(2);
    await pane.asked[1]!.answer(ladder(4));
    expect(pane.seqs()).toEqual([1, 2, 3, 4, 5]);
  });

  it('that came before are not added a second time', async () => {
    const pane = open();
    pane.calls(callView('ringing'));
    await pane.asked[0]!.answer(ladder(4));
    pane.trace(3);
    expect(pane.seqs()).toEqual([1, 2, 3, 4]);
    expect(pane.asked).toHaveLength(1);
  });

  it('are shown with their hole when the trunk, asked three times, does not have what is missing', async () => {
    const pane = open();
    pane.calls(callView('ringing'));
    await pane.asked[0]!.answer(ladder(2));
    pane.trace(5);
    for (const asked of [1, 2, 3]) await pane.asked[asked]!.answer(ladder(2));
    expect(pane.seqs()).toEqual([1, 2, 5]);
    expect(pane.asked).toHaveLength(4);
  });

  it('of a call that nobody has looked at are not kept', () => {
    const pane = open();
    pane.trace(1);
    expect(pane.state().entries).toEqual({});
  });
});

describe('the call that is shown', () => {
  const second = callView('ringing', 'call-2', START + 60_000);

  it('is the live one', () => {
    const pane = open();
    pane.calls(callView('ended', 'call-0', START - 1000), callView('ringing'));
    expect(pane.state().shown).toBe(CALL_ID);
  });

  it('does not change while it is live because another call comes in', () => {
    const pane = open();
    pane.calls(callView('answered'), second);
    expect(pane.state().shown).toBe(CALL_ID);
  });

  it('changes to the next live call once it has ended', () => {
    const pane = open();
    pane.calls(callView('ended'), second);
    expect(pane.state().shown).toBe('call-2');
  });

  it('is the selected line, when there is one', () => {
    const pane = open();
    pane.calls(callView('answered'), second);
    pane.actions.focusLine('call-2');
    expect(pane.state().shown).toBe('call-2');
  });

  it('stays the one that was picked, whatever comes in, until it is unpicked', () => {
    const pane = open();
    pane.calls(callView('ended'));
    pane.actions.show('call-old');
    pane.calls(second);
    expect(pane.state().shown).toBe('call-old');
    pane.actions.show(undefined);
    expect(pane.state().shown).toBe('call-2');
  });

  it('loses selection and filter when it changes, and keeps them when it does not', () => {
    const pane = open();
    pane.calls(callView('answered'));
    pane.actions.open(3);
    pane.actions.setFilter({ method: 'REFER' });
    pane.calls(callView('ended'));
    expect(pane.state()).toMatchObject({ selected: 3, opened: true, filter: { method: 'REFER' } });
    pane.calls(second);
    expect(pane.state()).toMatchObject({ selected: undefined, opened: false, filter: { method: '' } });
  });

  it('opens the message that it is shown for as soon as that is there', async () => {
    const pane = open();
    pane.actions.show(CALL_ID, 'NOTIFY (486');
    expect(pane.state().opened).toBe(false);
    await pane.asked[0]!.answer(ladder());
    const opened = messages.find((message) => message.seq === pane.state().selected);
    expect(opened?.label).toBe('NOTIFY (486 Busy Here)');
    expect(pane.state().opened).toBe(true);
  });
});

describe('a message that somebody wants to see', () => {
  const second = callView('ringing', 'call-2', START + 60_000);

  it('shows its call as long as it is open; then the selected one is followed again', async () => {
    const pane = open();
    pane.calls(callView('ended'), second);
    pane.actions.focusLine('call-2');
    pane.actions.show(CALL_ID, 'NOTIFY (486');
    await pane.asked.find(({ callId }) => callId === CALL_ID)!.answer(ladder());
    expect(pane.state()).toMatchObject({ shown: CALL_ID, opened: true, chosen: undefined });
    pane.actions.close();
    expect(pane.state()).toMatchObject({ shown: 'call-2', opened: false, following: true });
    pane.actions.focusLine(CALL_ID);
    expect(pane.state().shown).toBe(CALL_ID);
  });

  it('of the selected call leaves that as it was', async () => {
    const pane = open();
    pane.calls(callView('answered'), second);
    await pane.asked[0]!.answer(ladder());
    pane.actions.focusLine(CALL_ID);
    pane.actions.show(CALL_ID, 1);
    expect(pane.state()).toMatchObject({ opened: true, selected: 1, following: false });
    pane.actions.close();
    expect(pane.state()).toMatchObject({ shown: CALL_ID, selected: 1, following: true });
    pane.actions.focusLine('call-2');
    expect(pane.state().shown).toBe('call-2');
  });

  it('returns to the call that was picked before', async () => {
    const pane = open();
    pane.calls(callView('answered'), second);
    pane.actions.show('call-old');
    pane.actions.show(CALL_ID, 1);
    expect(pane.state().shown).toBe(CALL_ID);
    pane.actions.close();
    expect(pane.state().shown).toBe('call-old');
  });

  it('that is not in the trace is said to be missing', async () => {
    const pane = open();
    pane.calls(callView('answered'));
    await pane.asked[0]!.answer(ladder(2));
    pane.actions.show(CALL_ID, 'NOTIFY (603');
    expect(pane.state()).toMatchObject({ opened: false, missing: true });
    pane.actions.close();
    expect(pane.state().missing).toBe(false);
  });
});

describe('when the trunk does not answer', () => {
  it('the ladder says why, and a retry fetches it', async () => {
    const pane = open();
    pane.calls(callView('ringing'));
    await pane.asked[0]!.fail(new ContractFailure({ code: 'unavailable', message: 'The trunk is stopped.' }));
    expect(shownEntry(pane.state())).toMatchObject({ status: 'failed', problem: 'The trunk is stopped.' });
    pane.actions.retry();
    await pane.asked[1]!.answer(ladder(2));
    expect(shownEntry(pane.state())).toMatchObject({ status: 'ready', problem: undefined });
  });

  it('a reconnect fetches the shown ladder again and no longer calls vanished calls live', async () => {
    const pane = open();
    pane.calls(callView('answered'));
    await pane.asked[0]!.answer(ladder(2));
    pane.actions.begin([]);
    expect(pane.asked).toHaveLength(2);
    expect(pane.state().recent).toMatchObject([{ id: CALL_ID, live: false }]);
    expect(shownLadder(pane.state())?.messages).toHaveLength(2);
  });
});

describe('following', () => {
  it('counts what came since it was paused, and starts anew when it goes on', async () => {
    const pane = open();
    pane.calls(callView('ringing'));
    await pane.asked[0]!.answer(ladder(2));
    pane.actions.setFollowing(false);
    pane.trace(3, 4);
    expect(missedSincePause(pane.state())).toBe(2);
    pane.actions.setFollowing(true);
    expect(missedSincePause(pane.state())).toBe(0);
  });
});

it('keeps no more than twelve ladders, the ones last fetched', async () => {
  const pane = open();
  for (let call = 1; call <= 15; call += 1) {
    pane.actions.show(`call-${call}`);
    await pane.asked.at(-1)!.answer({ ...ladder(1), callId: `call-${call}` });
  }
  expect(Object.keys(pane.state().entries)).toHaveLength(12);
  expect(Object.keys(pane.state().entries).at(-1)).toBe('call-15');
});
