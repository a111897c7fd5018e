/** What the operator looks at: tabs, panes, theme, and what is said aloud. */
import type { Slice } from './store.ts';

export type SideTab = 'directory' | 'keypad' | 'practice';
export type BottomTab = 'ladder' | 'records';
export type Theme = 'system' | 'light' | 'dark';

/** A sentence for the screen reader, and for the screen when it is a failure. */
export interface Notice {
  id: number;
  text: string;
  tone: 'said' | 'failure';
}

export interface UiSlice {
  sideTab: SideTab;
  bottomTab: BottomTab;
  /** Height of the bottom pane in CSS pixels. */
  paneHeight: number;
  theme: Theme;
  keysShown: boolean;
  /** The latest sentence; its id rises so that the same words are said again. */
  notice: Notice | undefined;
  setSideTab(tab: SideTab): void;
  setBottomTab(tab: BottomTab): void;
  setPaneHeight(height: number): void;
  setTheme(theme: Theme): void;
  showKeys(shown: boolean): void;
  say(text: string, tone?: Notice['tone']): void;
  clearNotice(): void;
  /** Waits for something the operator asked for; a failure is said and shown, not thrown. */
  attempt(work: Promise<unknown>): Promise<void>;
}

export const createUiSlice: Slice<UiSlice> = (set, get) => ({
  sideTab: 'directory',
  bottomTab: 'ladder',
  paneHeight: 280,
  theme: 'system',
  keysShown: false,
  notice: undefined,
  setSideTab: (sideTab) => set({ sideTab }),
  setBottomTab: (bottomTab) => set({ bottomTab }),
  setPaneHeight: (paneHeight) => set({ paneHeight }),
  setTheme: (theme) => set({ theme }),
  showKeys: (keysShown) => set({ keysShown }),
  say: (text, tone = 'said') => set((state) => ({ notice: { id: (state.notice?.id ?? 0) + 1, text, tone } })),
  clearNotice: () => set({ notice: undefined }),
  attempt: async (work) => {
    try {
      await work;
    } catch (error) {
      get().say(error instanceof Error ? error.message : String(error), 'failure');
    }
  },
});
