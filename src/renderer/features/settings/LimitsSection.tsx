import { LIMIT_WORDS } from './changes.ts';
import { LIMITS, type Limit } from './draft.ts';
import { TextField } from './Field.tsx';
import { problemAt } from './problems.ts';
import type { SectionProps } from './sections.ts';

const HINTS: Readonly<Record<Limit, string>> = {
  concurrentCalls: 'The transfer leg of a call counts as one more. Beyond it: 503.',
  callsPerSecond: 'New calls and transfer legs. Beyond it: 503.',
  ringSeconds: 'How long a target may ring before 408.',
  fallbackSeconds: 'How long the primary URI of a number may stay silent.',
};

export function LimitsSection({ draft, problems, edit }: SectionProps) {
  return (
    <div className="grid max-w-[640px] grid-cols-2 gap-4">
      {LIMITS.map((limit) => (
        <TextField
          key={limit}
          label={LIMIT_WORDS[limit]}
          inputMode="numeric"
          value={draft.limits[limit]}
          hint={HINTS[limit]}
          problem={problemAt(problems, `limits.${limit}`)}
          onChange={(value) => edit({ limits: { ...draft.limits, [limit]: value } })}
        />
      ))}
    </div>
  );
}
