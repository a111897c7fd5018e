import { DEVICES_WORDS, LIMIT_WORDS, OVER_RATE_WORDS } from './changes.ts';
import type { Limit } from './draft.ts';
import { SelectField, TextField } from './Field.tsx';
import { problemAt } from './problems.ts';
import type { SectionProps } from './sections.ts';

const HINTS: Readonly<Record<Limit, string>> = {
  concurrentCalls: 'The transfer leg of a call counts as one more. Beyond it: 503.',
  callsPerSecond: 'New calls and transfer legs.',
  ringSeconds: 'How long a target may ring before 408.',
  fallbackSeconds: 'How long the primary URI of a number may stay silent.',
  queueLength: 'More get 503.',
  queueSeconds: 'A call whose turn would come later gets 503 at once.',
  requestsPerSecond: 'Those inside calls not counted. Beyond it: 503.',
  requestsPerSecondPerSource: 'So that one address cannot take it all.',
};

const OVER_RATE = (['refuse', 'queue'] as const).map((value) => ({ value, label: OVER_RATE_WORDS[value] }));

const DEVICES = (['newest', 'all', 'in-turn'] as const).map((value) => ({ value, label: DEVICES_WORDS[value] }));

export function LimitsSection({ draft, problems, edit }: SectionProps) {
  const field = (limit: Limit, disabled = false) => (
    <TextField
      key={limit}
      label={LIMIT_WORDS[limit]}
      inputMode="numeric"
      value={draft.limits[limit]}
      hint={HINTS[limit]}
      disabled={disabled}
      problem={problemAt(problems, `limits.${limit}`)}
      onChange={(value) => edit({ limits: { ...draft.limits, [limit]: value } })}
    />
  );
  return (
    <div className="flex max-w-[640px] flex-col gap-4">
      <div className="grid grid-cols-2 gap-4">
        {(['concurrentCalls', 'callsPerSecond', 'ringSeconds', 'fallbackSeconds'] as const).map((each) => field(each))}
      </div>
      <SelectField
        label="Devices that ring, of a user who has registered several"
        value={draft.devices}
        options={DEVICES}
        onChange={(devices) => edit({ devices })}
      />
      <div className="grid grid-cols-3 gap-4">
        <SelectField
          label="Calls over the rate"
          value={draft.overRate}
          options={OVER_RATE}
          onChange={(overRate) => edit({ overRate })}
        />
        {(['queueLength', 'queueSeconds'] as const).map((each) => field(each, draft.overRate === 'refuse'))}
      </div>
      <div className="grid grid-cols-2 gap-4">
        {(['requestsPerSecond', 'requestsPerSecondPerSource'] as const).map((each) => field(each))}
      </div>
    </div>
  );
}
