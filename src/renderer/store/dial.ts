/** The field in which a number to call is typed, what the trunk foretells of it, and the number called last. (O11) */
import type { TargetCheck } from '../../contract/model.ts';
import type { PhoneEvent } from '../phone/phone.ts';
import { compactNumber } from '../ui/number.ts';
import { nameOf, type DirectorySlice } from './directory.ts';
import type { OutsideSlice, Slice } from './slice.ts';
import type { LinesSlice } from './lines.ts';
import { judgeTarget, onlyOption, targetOptions } from './targets.ts';
import type { UiSlice } from './ui.ts';

interface Dialled {
  /** As it was typed. */
  input: string;
  target: string;
  /** Pressed after the answer; a comma waits. */
  keys: string;
  /** The line of that call, once it began. */
  lineId?: string;
}

export interface DialSlice {
  /** What stands in the keypad's field. It stays there until the call rings: a failure loses nothing. */
  dialNumber: string;
  /** The trunk's opinion on `input`; stale while that differs from what is typed. */
  dialCheck: TargetCheck | undefined;
  /** What was called last from the field. */
  lastDialled: Dialled | undefined;
  /** Rules and other providers are shown under the fields. */
  checkDetails: boolean;
  setDialNumber(input: string): Promise<void>;
  /**
   * Enter: calls what the trunk would take, picks the only person who fits, or with an empty field brings back what was
   * called last.
   * @param anyway calls it whatever is foretold
   * @param calling told when the trunk's opinion is in and somebody is called now
   */
  submitDial(anyway?: boolean, calling?: () => void): Promise<void>;
  /** Puts the number called last into the field. */
  recallDialled(): Promise<void>;
  showCheckDetails(shown: boolean): void;
}

type Needs = Pick<OutsideSlice, 'send'> & LinesSlice & DirectorySlice & Pick<UiSlice, 'say'>;

export const createDialSlice: Slice<DialSlice, Needs> = (set, get) => {
  const opinion = async (input: string): Promise<TargetCheck | undefined> => {
    const { send } = get();
    const check = await send('target.check', { input: input.trim(), purpose: 'dial' }).catch(() => undefined);
    if (!check || get().dialNumber !== input) return undefined;
    set({ dialCheck: check });
    return check;
  };
  return {
    dialNumber: '',
    dialCheck: undefined,
    lastDialled: undefined,
    checkDetails: false,
    setDialNumber: async (input) => {
      set({ dialNumber: input });
      if (input.trim() !== '') await opinion(input);
    },
    submitDial: async (anyway = false, calling) => {
      const input = get().dialNumber;
      if (input.trim() === '') return get().recallDialled();
      const check = dialOpinion(get()) ?? (await opinion(input));
      const state = get();
      // Typed on meanwhile: that Enter meant something else.
      if (state.dialNumber !== input) return;
      if (!check) {
        // The trunk's view is away, its telephone may not be.
        calling?.();
        await call(input, compactNumber(input), '');
        return;
      }
      const judged = judgeTarget(check, 'dial', state);
      if (check.target === undefined || (judged.held && !anyway)) {
        const only = check.number === undefined && onlyOption(targetOptions(state, input));
        if (only) await state.setDialNumber(only.number);
        else state.say(judged.says);
        return;
      }
      if (judged.line) {
        state.selectLine(judged.line.id);
        return;
      }
      calling?.();
      await call(input, check.target, check.keys ?? '');
    },
    recallDialled: async () => {
      const { lastDialled, setDialNumber } = get();
      if (lastDialled) await setDialNumber(lastDialled.input);
    },
    showCheckDetails: (checkDetails) => set({ checkDetails }),
  };

  async function call(input: string, target: string, keys: string): Promise<void> {
    set({ lastDialled: { input, target, keys } });
    try {
      await get().dial(target);
    } catch (why) {
      // A later call to the same number is another one.
      set({ lastDialled: { input, target, keys: '' } });
      throw why;
    }
  }
};

/** The trunk's opinion, if it is about what stands in the field now. */
export function dialOpinion({ dialCheck, dialNumber }: DialSlice): TargetCheck | undefined {
  return dialCheck?.input === dialNumber.trim() ? dialCheck : undefined;
}

/** Once the call rings or is answered, the field is free for the next number. */
export function reduceDial(state: DialSlice, event: PhoneEvent): Partial<DialSlice> | undefined {
  const { lastDialled, dialNumber } = state;
  if (!lastDialled) return undefined;
  if (event.type === 'sessionStarted') {
    const { id, direction, number } = event.session;
    const ours = lastDialled.lineId === undefined && direction === 'out' && isSame(number, lastDialled.target);
    return ours ? { lastDialled: { ...lastDialled, lineId: id } } : undefined;
  }
  if (event.type !== 'sessionChanged' || !['ringing', 'early-media', 'established'].includes(event.change.to)) {
    return undefined;
  }
  const ours = event.id === lastDialled.lineId && dialNumber === lastDialled.input;
  return ours ? { dialNumber: '', dialCheck: undefined } : undefined;
}

/** The keys to press now that this line is answered. */
export function keysAfterAnswer(state: Pick<DialSlice, 'lastDialled'>, event: PhoneEvent): string {
  if (event.type !== 'sessionChanged' || event.change.to !== 'established') return '';
  const { lastDialled } = state;
  return lastDialled?.lineId === event.id ? lastDialled.keys : '';
}

/** An address has its user part as the number of the line. */
function isSame(number: string, target: string): boolean {
  return number === target || target.replace(/^sips?:/i, '').startsWith(`${number}@`);
}

/** Who would be called by what stands in the field, by name where there is one. */
export function dialledName({
  directory,
  lastDialled,
}: Pick<DialSlice, 'lastDialled'> & Pick<DirectorySlice, 'directory'>): string | undefined {
  return lastDialled && (nameOf(directory, lastDialled.target) ?? lastDialled.input);
}
