/** What the operator looks at: tabs, panes, theme, and what is said aloud. */
import type { Slice } from './slice.ts';

export type SideTab = 'directory' | 'keypad' | 'practice' | 'recent';
export type BottomTab = 'ladder' | 'records' | 'requests';
/** What can have the window to itself. */
export type Pane = 'lines' | 'call' | 'side' | 'evidence' | 'message';
export type Theme = 'system' | 'light' | 'dark';

/** A sentence; its id rises so that the same words count as new. */
export interface Notice {
  id: number;
  text: string;
}

export interface UiSlice {
  sideTab: SideTab;
  bottomTab: BottomTab;
  /** Height of the bottom pane in CSS pixels, once the operator has chosen one. */
  paneHeight: number | undefined;
  /** The pane that has the window to itself; lines and status stay. */
  maximised: Pane | undefined;
  theme: Theme;
  /** The operator wants no notifications of calls. */
  notificationsDeclined: boolean;
  keysShown: boolean;
  /** Sound and devices. */
  soundShown: boolean;
  settingsShown: boolean;
  /** Something is typed in the settings and not saved; it stays while they are hidden. */
  settingsEdited: boolean;
  /** What the screen reader says next. */
  said: Notice | undefined;
  /** What was asked for and did not happen; shown and said. */
  failure: Notice | undefined;
  setSideTab(tab: SideTab): void;
  setBottomTab(tab: BottomTab): void;
  setPaneHeight(height: number): void;
  maximise(pane: Pane | undefined): void;
  setTheme(theme: Theme): void;
  declineNotifications(): void;
  showKeys(shown: boolean): void;
  showSound(shown: boolean): void;
  showSettings(shown: boolean): void;
  setSettingsEdited(edited: boolean): void;
  say(text: string): void;
  clearFailure(): void;
  /** Waits for something the operator asked for; a failure is said and shown, not thrown. */
  attempt(work: Promise<unknown>): Promise<void>;
}

export const createUiSlice: Slice<UiSlice> = (set) => ({
  sideTab: 'directory',
  bottomTab: 'ladder',
  paneHeight: undefined,
  maximised: undefined,
  theme: 'system',
  notificationsDeclined: false,
  keysShown: false,
  soundShown: false,
  settingsShown: false,
  settingsEdited: false,
  said: undefined,
  failure: undefined,
  // A pane that somebody asks for must not stay hidden behind another.
  setSideTab: (sideTab) => set(({ maximised }) => ({ sideTab, maximised: only(maximised, 'side') })),
  setBottomTab: (bottomTab) => set(({ maximised }) => ({ bottomTab, maximised: only(maximised, 'evidence') })),
  setPaneHeight: (paneHeight) => set({ paneHeight }),
  maximise: (maximised) => set({ maximised }),
  setTheme: (theme) => set({ theme }),
  declineNotifications: () => set({ notificationsDeclined: true }),
  showKeys: (keysShown) => set({ keysShown }),
  showSound: (soundShown) => set({ soundShown }),
  showSettings: (settingsShown) => set({ settingsShown }),
  setSettingsEdited: (settingsEdited) => set({ settingsEdited }),
  say: (text) => set((state) => ({ said: next(state.said, text) })),
  clearFailure: () => set({ failure: undefined }),
  attempt: async (work) => {
    try {
      await work;
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      set((state) => ({ failure: next(state.said, text), said: next(state.said, text) }));
    }
  },
});

/** The maximised pane, unless it would hide the one that is wanted. */
export function only(maximised: Pane | undefined, wanted: Pane): Pane | undefined {
  return maximised === wanted ? maximised : undefined;
}

function next(before: Notice | undefined, text: string): Notice {
  return { id: (before?.id ?? 0) + 1, text };
}
