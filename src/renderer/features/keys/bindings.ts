/** Every key of the console in one table: what it does, for the handler and for the sheet that `?` opens. */
import { callOfSession } from '../../store/calls.ts';
import { isOpen } from '../../store/follow-card.ts';
import { followOf } from '../../store/follow.ts';
import { lineToAnswer, selectedLine } from '../../store/line-model.ts';
import type { ConsoleState } from '../../store/store.ts';
import { verdict } from '../../store/verdict.ts';

export interface Binding {
  /** Names as `keyName` gives them. */
  keys: readonly string[];
  does: string;
  /** Works also while a dialog or a menu is open: a call does not wait. */
  always?: true;
  /** @returns false when it has nothing to do now, so that the key keeps its usual meaning */
  run(state: ConsoleState, key: string): boolean;
}

export const SEARCH_FIELD_ID = 'directory-search';
export const DIAL_FIELD_ID = 'dial-number';
export const KEYPAD_ID = 'keypad';

const withLine = (act: (state: ConsoleState, lineId: string) => unknown) => (state: ConsoleState) => {
  const line = selectedLine(state);
  if (!line || line.state === 'ended') return false;
  const result = act(state, line.id);
  if (result instanceof Promise) void state.attempt(result);
  return true;
};

/** The selected line's failed transfer that waits for the operator. */
function rescue(state: ConsoleState, act: (state: ConsoleState, lineId: string, target: string) => void): boolean {
  const line = selectedLine(state);
  const card = line && state.cards[line.id];
  if (!card || !verdict(card, callOfSession(state.calls, line.id)).rescue) return false;
  act(state, line.id, card.target);
  return true;
}

/** The selected line's REFER that waits for the operator. */
function asked(state: ConsoleState, act: (lineId: string) => void): boolean {
  const { selectedLineId: id } = state;
  if (id === undefined || state.follows[id]?.phase !== 'asked') return false;
  act(id);
  return true;
}

export function openKeypad(state: ConsoleState): void {
  state.setSideTab('keypad');
  const talking = selectedLine(state)?.state === 'live';
  focusSoon(talking ? KEYPAD_ID : DIAL_FIELD_ID);
}

/** Focuses what the state now asks for: React draws it before this microtask, a panel that mounts needs a frame. */
function focusSoon(id: string): void {
  queueMicrotask(() => {
    const element = document.getElementById(id);
    if (element) element.focus();
    else requestAnimationFrame(() => document.getElementById(id)?.focus());
  });
}

export const bindings: readonly Binding[] = [
  {
    keys: ['F3'],
    does: 'Answer; else take back a call of this window before it was reloaded',
    always: true,
    run: (state) => {
      void state.attempt(lineToAnswer(state) ? state.answer() : state.takeBack());
      return true;
    },
  },
  { keys: ['F4'], does: 'Hang up', always: true, run: withLine((state, id) => state.askHangUp(id)) },
  {
    keys: ['Shift+F4'],
    does: 'Decline who is ringing, and stay on the call',
    always: true,
    run: (state) => {
      void state.attempt(state.decline());
      return true;
    },
  },
  { keys: ['F6'], does: 'Hold, resume', always: true, run: withLine((state, id) => state.toggleHold(id)) },
  { keys: ['F7'], does: 'Mute, unmute', always: true, run: withLine((state, id) => state.toggleMute(id)) },
  { keys: ['F8'], does: 'Transfer', run: withLine((state, id) => state.openTransfer(id)) },
  {
    keys: ['F9'],
    does: 'Keypad',
    run: (state) => {
      openKeypad(state);
      return true;
    },
  },
  {
    keys: ['R'],
    does: 'After a failed transfer: retry',
    run: (state) => rescue(state, (_, id, target) => void state.attempt(state.transferTo(id, target))),
  },
  {
    keys: ['N'],
    does: 'After a failed transfer: another target',
    run: (state) => rescue(state, (_, id) => state.openTransfer(id)),
  },
  {
    keys: ['B'],
    does: 'After a failed transfer: back to the call',
    run: (state) => rescue(state, (_, id) => void state.attempt(state.backToCall(id))),
  },
  {
    keys: ['F'],
    does: 'Asked to move the call: follow',
    run: (state) => asked(state, state.followRefer),
  },
  {
    keys: ['D'],
    does: 'Asked to move the call: decline',
    run: (state) => asked(state, state.declineRefer),
  },
  {
    keys: ['/'],
    does: 'Search the directory',
    run: (state) => {
      state.setSideTab('directory');
      focusSoon(SEARCH_FIELD_ID);
      return true;
    },
  },
  {
    keys: ['?'],
    does: 'All keys',
    run: (state) => {
      state.showKeys(true);
      return true;
    },
  },
  {
    keys: ['Escape'],
    does: 'Back: close what is open, leave a field',
    run: (state) => {
      const line = selectedLine(state);
      const follow = followOf(state.follows, line?.id);
      if (state.draft) state.closeTransfer();
      else if (follow && !isOpen(follow) && !isTyping(document.activeElement)) state.dismissFollow(follow.lineId);
      else if (line && state.cards[line.id] && !isTyping(document.activeElement)) state.dismissCard(line.id);
      else if (line?.state === 'ended' && !isTyping(document.activeElement)) state.forgetLine(line.id);
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
      return true;
    },
  },
  {
    keys: ['1', '2', '3', '4', '5', '6', '7', '8', '9'],
    does: 'Pick a line; with the keypad open: dial, or send tones',
    run: (state, key) => {
      if (state.sideTab === 'keypad' || Object.keys(state.lines).length === 0) return typeDigit(state, key);
      state.selectSlot(Number(key));
      return true;
    },
  },
  { keys: ['0', '*', '#', '+'], does: 'Dial, or send tones', run: typeDigit },
];

/** A key of the keypad: a tone for the one we talk with, else a digit of a number to call. */
export function typeDigit(state: ConsoleState, digit: string): boolean {
  const line = selectedLine(state);
  if (state.sideTab !== 'keypad') state.setSideTab('keypad');
  if (line?.state === 'live' && !line.held) {
    if (digit === '+') return false;
    state.sendDtmf(line.id, digit);
    return true;
  }
  state.phone.keyTone(digit);
  void state.setDialNumber(state.dialNumber + digit);
  return true;
}

export function isTyping(element: Element | null): boolean {
  return (
    element instanceof HTMLTextAreaElement ||
    element instanceof HTMLSelectElement ||
    (element instanceof HTMLInputElement && !['checkbox', 'radio', 'button'].includes(element.type)) ||
    (element instanceof HTMLElement && element.isContentEditable)
  );
}
