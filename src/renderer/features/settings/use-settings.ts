/** The state of the settings screen: what the trunk has, what was typed, and what the trunk said to it. */
import { useEffect, useState } from 'react';
import type { TrunkSettings } from '../../../contract/settings.ts';
import { useConsoleStore } from '../../store/store.ts';
import { changesOf } from './changes.ts';
import { configKeysOf, draftOf, patchOf, rebased, type Draft } from './draft.ts';
import { problemsOf, type FieldProblem } from './problems.ts';

export interface SettingsForm {
  /** Undefined until the trunk has answered. */
  trunk: TrunkSettings | undefined;
  draft: Draft | undefined;
  /** What would change, a line a thing. */
  changes: readonly string[];
  problems: readonly FieldProblem[];
  /** What the last save changed. */
  saved: readonly string[] | undefined;
  saving: boolean;
  edit(change: Partial<Draft>): void;
  /** Gives up what was typed. */
  revert(): void;
  /** @returns what is wrong, if the trunk refused */
  save(): Promise<readonly FieldProblem[]>;
}

interface State {
  trunk: TrunkSettings;
  draft: Draft;
}

export function useSettings(): SettingsForm {
  const store = useConsoleStore();
  const { send, say, setSettingsEdited } = store.getState();
  const [state, setState] = useState<State>();
  const [problems, setProblems] = useState<readonly FieldProblem[]>([]);
  const [saved, setSaved] = useState<readonly string[]>();
  const [saving, setSaving] = useState(false);

  // Once at first, and whenever the trunk says that its settings are others.
  useEffect(() => {
    const { send: ask, attempt } = store.getState();
    const load = async () => {
      const trunk = await ask('settings.get', {});
      setState((before) => ({
        trunk,
        draft: before ? rebased(before.draft, before.trunk.settings, trunk.settings) : draftOf(trunk.settings),
      }));
    };
    void attempt(load());
    return store.subscribe((now, before) => {
      if (now.settings !== before.settings) void attempt(load());
    });
  }, [store]);

  const dirty = state !== undefined && Object.keys(patchOf(state.trunk.settings, state.draft)).length > 0;
  // The window asks before it goes, and the menu says so.
  useEffect(() => setSettingsEdited(dirty), [dirty, setSettingsEdited]);
  useEffect(() => () => setSettingsEdited(false), [setSettingsEdited]);
  const told = state && dirty ? changesOf(draftOf(state.trunk.settings), state.draft) : [];
  // Rows in another order, or the same row twice.
  const changes = dirty && told.length === 0 ? ['Rows are moved or repeated'] : told;
  return {
    trunk: state?.trunk,
    draft: state?.draft,
    changes,
    problems,
    saved,
    saving,
    edit: (change) => {
      setSaved(undefined);
      // What was wrong there may be right now, or stand in another row.
      setProblems((before) => before.filter(({ path }) => !configKeysOf(change).includes(path.split(/[.[]/)[0] ?? '')));
      setState((before) => before && { ...before, draft: { ...before.draft, ...change } });
    },
    revert: () => {
      setProblems([]);
      setState((before) => before && { ...before, draft: draftOf(before.trunk.settings) });
    },
    save: async () => {
      if (!state) return [];
      setSaving(true);
      try {
        await send('settings.set', { patch: patchOf(state.trunk.settings, state.draft) });
        const trunk = await send('settings.get', {});
        setState({ trunk, draft: draftOf(trunk.settings) });
        setProblems([]);
        setSaved(changes);
        say(`Saved. ${changes.join('. ')}.`);
        return [];
      } catch (error) {
        const found = problemsOf(error instanceof Error ? error.message : String(error));
        setProblems(found);
        return found;
      } finally {
        setSaving(false);
      }
    },
  };
}
