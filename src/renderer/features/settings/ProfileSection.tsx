import { profileName } from '../../store/words.ts';
import { DomainsPart } from './DomainsPart.tsx';
import { SelectField, TextField } from './Field.tsx';
import { problemAt } from './problems.ts';
import type { SectionProps } from './sections.ts';

const DIFFERENCES: Readonly<Record<string, string>> = {
  plivo: 'Takes targets in the trunk’s own domain alone, as E.164 numbers. The target sees the original caller.',
  twilio: 'Asks an application over HTTP what to do with a call, and sends REFER to the endpoint itself.',
  sinch: 'Takes the trunk’s domain too, and forwards a REFER to any other public host, free of its own rules.',
};

const BARRED = [
  { value: '4560', label: '4560, as in the list of codes' },
  { value: '4650', label: '4650, as on the page about geo permissions' },
] as const;

export function ProfileSection(props: SectionProps) {
  const { draft, trunk, problems, edit } = props;
  const problem = problemAt(problems, 'provider');
  // The others have names for it and no codes.
  const codes = [draft, ...draft.domains].some(({ provider }) => provider === 'plivo');
  return (
    <>
      <fieldset aria-describedby={problem === undefined ? undefined : 'provider-problem'}>
        <legend className="pb-1 font-semibold">Provider</legend>
        <div className="flex flex-col gap-2">
          {trunk.providers.map((provider) => (
            <label
              key={provider}
              className={`grid grid-cols-[auto_1fr] gap-x-2 rounded-md border p-2.5 ${draft.provider === provider ? 'border-accent bg-raised' : 'border-line'}`}
            >
              <input
                type="radio"
                name="provider"
                value={provider}
                checked={draft.provider === provider}
                onChange={() => edit({ provider })}
                className="mt-1 accent-accent"
              />
              <span className="font-semibold">{profileName(provider)}</span>
              <span className="col-start-2 text-muted">
                {DIFFERENCES[provider] ?? 'Its own rules for transfers and records.'}
              </span>
            </label>
          ))}
        </div>
        {problem !== undefined && (
          <p id="provider-problem" className="pt-1 text-small text-bad">
            {problem}
          </p>
        )}
      </fieldset>
      <TextField
        label="Domain"
        value={draft.domain}
        problem={problemAt(problems, 'domain')}
        hint="The host part of the trunk’s SIP URIs. Phones register anew under it; this console does so once its calls are over."
        onChange={(domain) => edit({ domain })}
        className="max-w-[480px]"
      />
      <DomainsPart {...props} />
      {codes && (
        <div className="max-w-[480px]">
          <SelectField
            label="Hangup code of a call to a country that is not enabled"
            value={draft.barredCountryCode === '4650' ? '4650' : '4560'}
            options={BARRED}
            onChange={(barredCountryCode) => edit({ barredCountryCode })}
          />
        </div>
      )}
    </>
  );
}
