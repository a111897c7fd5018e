/** A call with thousands of messages: what each of them may cost. */
import { expect, it } from 'vitest';
import type { LadderMessage } from '../../../src/contract/model.ts';
import { Fold, foldOf } from '../../../src/renderer/features/ladder/fold.ts';
import { connect } from '../../../src/renderer/store/connect.ts';
import { shownLadder } from '../../../src/renderer/store/ladder-state.ts';
import { leftOut } from '../../../src/renderer/store/message-log.ts';
import { createConsole } from '../../../src/renderer/store/store.ts';
import { picture } from '../harness/calls.ts';
import { ScriptedContract } from '../harness/scripted-contract.ts';
import { ScriptedPhone } from '../harness/scripted-phone.ts';
import { lifelines, messages } from '../panes-harness/transferred-call.ts';

const CALL = 'call-dana';
const [pattern] = messages;

function numbered(seq: number): LadderMessage {
  return { ...pattern!, seq, text: pattern!.text.replace('Max-Forwards: 70', `X-Number: ${seq}`) };
}

/** A console that looks at a live call, with frames that a test draws by hand. */
async function open() {
  const frames: (() => void)[] = [];
  const contract = new ScriptedContract();
  const phone = new ScriptedPhone(() => 0);
  const outside = { contract, phone, now: () => 0, atNextFrame: (run: () => void) => void frames.push(run) };
  const store = createConsole(outside);
  connect(store, outside);
  contract.changeCall(picture({ sipCallId: 'dana', at: 0 }));
  await expect.poll(() => shownLadder(store.getState().ladder)?.count).toBe(messages.length);
  const trace = (seq: number): void =>
    contract.emit({ type: 'messageTraced', callId: CALL, message: numbered(seq), lifelines: [...lifelines] });
  return { store, contract, frames, trace, ladder: () => shownLadder(store.getState().ladder)! };
}

it('2,500 messages in 50 frames change the console 50 times, and copy none of what is there', async () => {
  const { store, frames, trace, ladder } = await open();
  const { messages: list, lifelines: drawn } = ladder();
  let changes = 0;
  store.subscribe(() => (changes += 1));
  let seq = messages.length;
  for (let frame = 0; frame < 50; frame += 1) {
    for (let each = 0; each < 50; each += 1) trace((seq += 1));
    expect(frames).toHaveLength(1);
    frames.pop()!();
  }
  expect(changes).toBe(50);
  expect(ladder().count).toBe(messages.length + 2500);
  expect(ladder().messages).toBe(list);
  expect(ladder().lifelines).toBe(drawn);
  expect(list.at(-1)?.seq).toBe(seq);
});

it('each message is folded and filtered once, however many are there', () => {
  const all = Array.from({ length: 3000 }, (_, index) => numbered(index + 1));
  let looked = 0;
  const counted = all.map((message) =>
    Object.defineProperty({ ...message }, 'from', { get: () => ((looked += 1), message.from) }),
  );
  const fold = new Fold();
  for (let count = 50; count <= counted.length; count += 50) fold.extend(counted, count);
  expect(looked).toBe(counted.length);
  const filter = { hiddenLegs: [], method: 'INVITE', text: '' };
  const shown = fold.shown(filter);
  expect(shown).toHaveLength(3000);
  fold.extend([...counted, numbered(3001)]);
  expect(fold.shown(filter)).toBe(shown);
  expect(shown).toHaveLength(3001);
});

it('a ladder that grows keeps its rows', async () => {
  const { frames, trace, ladder } = await open();
  const { rows } = foldOf(ladder());
  const before = rows.length;
  trace(messages.length + 1);
  frames.pop()!();
  expect(foldOf(ladder()).rows).toBe(rows);
  expect(rows).toHaveLength(before + 1);
});

it('what is not here is counted: by the word of the trunk, and by the numbers that are missing', () => {
  expect(leftOut({ dropped: 140, messages: [numbered(1), numbered(2)] })).toBe(140);
  expect(leftOut({ dropped: 0, messages: [numbered(1), numbered(5)] })).toBe(3);
  expect(leftOut({ dropped: 0, messages: [] })).toBe(0);
});

it('a message of a call that nobody looks at tells nobody', async () => {
  const { store, contract, frames } = await open();
  let changes = 0;
  store.subscribe(() => (changes += 1));
  contract.emit({ type: 'messageTraced', callId: 'call-elsewhere', message: numbered(1), lifelines: [...lifelines] });
  frames.pop()!();
  expect(changes).toBe(0);
});
