/** In words how well each leg is, or was, heard. */
import type { LegQuality } from '../../../contract/model.ts';
import { figuresText, warningText } from '../../store/quality.ts';
import { useConsole } from '../../store/store.ts';
import { nameOf } from '../../store/directory.ts';
import { formatNumber } from '../../ui/number.ts';
import { formatDuration } from '../records/format.ts';

export function LegQualities({ legs }: { readonly legs: readonly LegQuality[] }) {
  const directory = useConsole((state) => state.directory);
  return (
    <ul className="flex flex-col gap-1">
      {legs.map((leg) => {
        const who =
          leg.role === 'console' ? 'this console' : (nameOf(directory, leg.number) ?? formatNumber(leg.number));
        return (
          <li key={leg.legId} className="wrap-anywhere">
            <bdi className="font-semibold">{leg.role === 'console' ? 'Your line' : who}</bdi>{' '}
            <span className="text-muted">{figuresText(leg)}</span>
            {leg.warnings.map(({ name, side, since, until }) => (
              <p key={`${name} ${since}`} className="text-warn">
                {warningText(name, side, who)}
                {until !== undefined && ` (for ${formatDuration(until - since)})`}
              </p>
            ))}
          </li>
        );
      })}
    </ul>
  );
}
