/** Transfers: what is being typed, the card of each line, and the question before a hang-up that would drop somebody. */
import type { TargetCheck } from '../../contract/model.ts';
import type { PhoneEvent } from '../phone/phone.ts';
import { compactNumber } from '../ui/number.ts';
import { callOfSession, type CallsSlice } from './calls.ts';
import { nameOf, type DirectorySlice } from './directory.ts';
import { isOpen } from './follow-card.ts';
import type { FollowSlice } from './follow.ts';
import { lineWith, type LinesView } from './line-model.ts';
import { hasJustShifted, withoutLine, type LinesSlice } from './lines.ts';
import type { OutsideSlice, Slice } from './slice.ts';
import { judgeTarget, onlyOption, targetOptions } from './targets.ts';
import { isPending, isSettled, mayRefer, newCard, reduceCard, type TransferCards } from './transfer-card.ts';
import type { RecentSlice } from './recent.ts';
import type { UiSlice } from './ui.ts';

export interface TransferDraft {
  lineId: string;
  input: string;
  /** The trunk's opinion on `check.input`; stale while that differs from `input`. */
  check?: TargetCheck;
}

export interface TransferSlice extends TransferCards {
  draft: TransferDraft | undefined;
  /** The line whose hang-up waits for a yes. */
  confirmHangUp: string | undefined;
  openTransfer(lineId: string): void;
  closeTransfer(): void;
  setTarget(input: string): Promise<void>;
  /**
   * Enter: sends what the trunk would accept, takes its correction, or picks the only person who fits.
   * Waits for the trunk's opinion if that is still on its way.
   * Nobody who is on a line already is called a second time by a hurried Enter.
   * @param anyway sends it whatever is foretold, to see how it is refused
   */
  submitTarget(anyway?: boolean): Promise<void>;
  /** @param anyway even to somebody who is on a line of this console; else the field says so */
  transferTo(lineId: string, target: string, anyway?: boolean): Promise<void>;
  /** Takes the card away, and with it the line if that has ended. */
  dismissCard(lineId: string): void;
  /** After a failure: puts the card away and takes the caller off hold. */
  backToCall(lineId: string): Promise<void>;
  /** Hangs up, but asks first when that would drop a caller whose transfer is pending. */
  askHangUp(lineId: string): Promise<void>;
  answerHangUp(yes: boolean): Promise<void>;
}

type Needs = OutsideSlice &
  LinesSlice &
  DirectorySlice &
  RecentSlice &
  Pick<CallsSlice, 'calls'> &
  Pick<FollowSlice, 'follows'> &
  Pick<UiSlice, 'say'>;

export const createTransferSlice: Slice<TransferSlice, Needs> = (set, get) => {
  let transfers = 0;
  /** Asks the trunk about what stands in the field. An answer to what stood there before is dropped. */
  const opinion = async (input: string): Promise<TargetCheck | undefined> => {
    const { send, calls, draft: asking } = get();
    const callId = asking && callOfSession(calls, asking.lineId)?.id;
    const check = await send('target.check', {
      input: input.trim(),
      purpose: 'transfer',
      ...(callId === undefined ? {} : { callId }),
    }).catch(() => undefined);
    const { draft } = get();
    if (!check || draft?.input !== input) return undefined;
    set({ draft: { ...draft, check } });
    return check;
  };
  return {
    cards: {},
    draft: undefined,
    confirmHangUp: undefined,
    openTransfer: (lineId) => {
      const { lines, draft, cards, follows } = get();
      const movable = lines[lineId]?.state === 'live' && mayRefer(cards[lineId]) && !isOpen(follows[lineId]);
      if (movable && draft?.lineId !== lineId) {
        set({ draft: { lineId, input: '' }, selectedLineId: lineId });
      }
    },
    closeTransfer: () => set({ draft: undefined }),
    setTarget: async (input) => {
      const { draft } = get();
      if (!draft) return;
      set({ draft: { ...draft, input } });
      if (input.trim() !== '') await opinion(input);
    },
    submitTarget: async (anyway = false) => {
      const { draft } = get();
      const input = draft?.input.trim() ?? '';
      if (!draft || input === '') return;
      const check = opinionOn(draft) ?? (await opinion(draft.input));
      const state = get();
      // Typed on, or given up meanwhile: that Enter meant something else.
      if (state.draft?.input !== draft.input) return;
      if (!check) {
        // The trunk's view is away, its telephone may not be.
        if (anyway) await state.transferTo(draft.lineId, compactNumber(input), true);
        return;
      }
      const judged = judgeTarget(check, 'transfer', state, draft.lineId);
      if (check.target !== undefined && (anyway || !judged.held)) {
        await state.transferTo(draft.lineId, check.target, anyway);
      } else if (check.fix !== undefined) {
        await state.setTarget(check.fix);
      } else {
        const only = check.number === undefined && onlyOption(targetOptions(state, input, draft.lineId));
        if (only) await state.setTarget(only.number);
        else state.say(judged.says);
      }
    },
    transferTo: async (lineId, target, anyway = false) => {
      const { lines, cards, directory, draft, phone, now, follows, openTransfer, setTarget } = get();
      const line = lines[lineId];
      if (line?.state !== 'live' || !mayRefer(cards[lineId]) || isOpen(follows[lineId])) return;
      if (!anyway && lineWith(lines, target)) {
        openTransfer(lineId);
        await setTarget(target);
        return;
      }
      const id = `${lineId}#${(transfers += 1)}`;
      const card = newCard({
        id,
        lineId,
        target,
        targetName: nameOf(directory, target) ?? '',
        caller: nameOf(directory, line.number) ?? (line.name || line.number),
        ...(draft?.check?.ok === false ? { warning: draft.check.says } : {}),
        startedAt: now(),
      });
      set({ cards: { ...cards, [lineId]: card }, draft: undefined });
      await phone.refer(lineId, id, target);
    },
    dismissCard: (lineId) =>
      set((state) => {
        const card = state.cards[lineId];
        if (card && !isSettled(card)) return {};
        if (state.lines[lineId]?.state === 'ended') return withoutLine(state, lineId);
        const { [lineId]: _dismissed, ...cards } = state.cards;
        return { cards };
      }),
    backToCall: async (lineId) => {
      get().dismissCard(lineId);
      get().resume(lineId);
    },
    askHangUp: async (lineId) => {
      const { cards, lines, hangUp } = get();
      if (!lines[lineId] || lines[lineId].state === 'ended' || hasJustShifted(get())) return;
      if (isPending(cards[lineId])) set({ confirmHangUp: lineId });
      else await hangUp(lineId);
    },
    answerHangUp: async (yes) => {
      const { confirmHangUp: lineId, hangUp } = get();
      set({ confirmHangUp: undefined });
      if (yes && lineId !== undefined) await hangUp(lineId);
    },
  };
};

/** The trunk's opinion, if it is about what stands in the field now. */
export function opinionOn(draft: TransferDraft): TargetCheck | undefined {
  return draft.check?.input === draft.input.trim() ? draft.check : undefined;
}

/** A transfer of a line that the operator does not look at has just failed, or its line was lost. */
export function failedElsewhere(before: TransferCards, after: TransferCards & LinesView, event: PhoneEvent): boolean {
  if (event.type !== 'referStepped' || after.selectedLineId === event.id) return false;
  const failed = (state: TransferCards) => {
    const phase = state.cards[event.id]?.phase;
    return phase === 'failed' || phase === 'unknown' || phase === 'line-lost';
  };
  return failed(after) && !failed(before);
}

export function reduceTransfer(state: TransferSlice, event: PhoneEvent): Partial<TransferSlice> | undefined {
  if (event.type === 'sessionEnded') {
    const card = state.cards[event.id];
    return {
      // A transfer that failed before is no part of the session's end, but who was still there is gone now.
      ...(card && !card.ended ? { cards: { ...state.cards, [event.id]: { ...card, ended: event.end } } } : {}),
      ...(state.draft?.lineId === event.id ? { draft: undefined } : {}),
      ...(state.confirmHangUp === event.id ? { confirmHangUp: undefined } : {}),
    };
  }
  if (event.type !== 'referStepped') return undefined;
  const card = state.cards[event.id];
  if (card?.id !== event.transferId) return {};
  const next = reduceCard(card, event.step);
  return {
    cards: { ...state.cards, [event.id]: next },
    // The question answers itself once the hang-up would drop nobody.
    ...(state.confirmHangUp === event.id && !isPending(next) ? { confirmHangUp: undefined } : {}),
  };
}
