import { TONE_COUNTRIES } from '../../../contract/tones.ts';
import { SRTP_WORDS } from './changes.ts';
import { countryName } from './countries.ts';
import type { MediaDraft } from './draft.ts';
import { CheckField, SelectField, TextField } from './Field.tsx';
import { problemAt, problemWithin } from './problems.ts';
import type { SectionProps } from './sections.ts';

const COUNTRIES = [
  { value: '' as const, label: 'As the first number of the trunk' },
  ...TONE_COUNTRIES.map((code) => ({ value: code, label: countryName(code) })).toSorted((a, b) =>
    a.label.localeCompare(b.label, 'en'),
  ),
];

const SRTP_MODES = (['off', 'optional', 'required'] as const).map((value) => ({ value, label: SRTP_WORDS[value] }));

/** Tones, hold music, keys, and when silence means that somebody is gone. */
export function SoundSection({ draft, problems, edit }: SectionProps) {
  const { media } = draft;
  const set = (change: Partial<MediaDraft>) => edit({ media: { ...media, ...change } });
  return (
    <div className="flex max-w-[640px] flex-col gap-4">
      <div className="max-w-[312px]">
        <SelectField
          label="Country of the tones"
          value={media.country}
          options={COUNTRIES}
          onChange={(country) => set({ country })}
        />
        <p className="pt-1 text-small text-muted">Ring-back, busy, congestion and call waiting.</p>
      </div>
      <TextField
        label="Hold music"
        placeholder="music/waiting.wav"
        value={media.holdMusic}
        hint="Path of a WAV file on the trunk's machine. Empty: the music that comes with the trunk."
        problem={problemAt(problems, 'media.holdMusic')}
        onChange={(holdMusic) => set({ holdMusic })}
      />
      <TextField
        label="Codecs, in order of preference"
        placeholder="opus, G722, PCMU, PCMA"
        value={media.codecs}
        hint="Opus and G.722 are wideband. What both sides of a call speak passes untouched, all else is converted."
        problem={problemWithin(problems, 'media.codecs')}
        onChange={(codecs) => set({ codecs })}
      />
      <div className="max-w-[312px]">
        <SelectField
          label="Encrypted sound (SRTP)"
          value={media.srtp}
          options={SRTP_MODES}
          onChange={(srtp) => set({ srtp })}
        />
        <p className="pt-1 text-small text-muted">
          Of legs over RTP, with keys in their descriptions (SDES). WebRTC to the console always is encrypted.
        </p>
      </div>
      <div>
        <CheckField
          label="Look for keys in the sound"
          checked={media.inbandDtmf}
          onChange={(inbandDtmf) => set({ inbandDtmf })}
        />
        <p className="pt-1 pl-6 text-small text-muted">
          For equipment that sends keys as tones alone. Speech can sound like a key now and then.
        </p>
      </div>
      <div className="grid grid-cols-2 gap-4 max-[640px]:grid-cols-1">
        <TextField
          label="Seconds of silence until a far end is lost"
          inputMode="numeric"
          value={media.timeoutSeconds}
          hint="Neither RTP nor RTCP while people talk. 0 waits for ever."
          problem={problemAt(problems, 'media.timeoutSeconds')}
          onChange={(timeoutSeconds) => set({ timeoutSeconds })}
        />
        <TextField
          label="The same while it is on hold"
          inputMode="numeric"
          value={media.heldTimeoutSeconds}
          hint="Also for one that has announced its silence."
          problem={problemAt(problems, 'media.heldTimeoutSeconds')}
          onChange={(heldTimeoutSeconds) => set({ heldTimeoutSeconds })}
        />
      </div>
    </div>
  );
}
