import type { TrunkSettings } from '../../../contract/settings.ts';
import type { Draft } from './draft.ts';
import type { FieldProblem } from './problems.ts';

/** What each section of the screen is given. */
export interface SectionProps {
  draft: Draft;
  trunk: TrunkSettings;
  problems: readonly FieldProblem[];
  edit(change: Partial<Draft>): void;
}
