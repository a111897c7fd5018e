/** What the operator looks at: tabs, panes, theme. */
import type { Slice } from './store.ts';

export type SideTab = 'directory' | 'keypad' | 'practice';
export type BottomTab = 'ladder' | 'records';
export type Theme = 'system' | 'light' | 'dark';

/** Which call the ladder shows when it does not follow the selected line, and the message to reveal. */
export interface LadderFocus {
  callId: string;
  /** Reveal the last message whose label begins like this, e.g. `NOTIFY (486`. */
  label?: string;
}

export interface UiSlice {
  sideTab: SideTab;
  bottomTab: BottomTab;
  /** Undefined: the ladder follows the selected line's call. */
  ladderFocus: LadderFocus | undefined;
  setSideTab(tab: SideTab): void;
  setBottomTab(tab: BottomTab): void;
  /** Opens the ladder pane at this call (a record's, or the transfer card's). */
  showLadder(focus: LadderFocus): void;
  /** Lets the ladder follow the selected line again. */
  followLine(): void;
}

export const createUiSlice: Slice<UiSlice> = (set) => ({
  sideTab: 'directory',
  bottomTab: 'ladder',
  ladderFocus: undefined,
  setSideTab: (sideTab) => set({ sideTab }),
  setBottomTab: (bottomTab) => set({ bottomTab }),
  showLadder: (ladderFocus) => set({ ladderFocus, bottomTab: 'ladder' }),
  followLine: () => set({ ladderFocus: undefined }),
});
