/** How something stands, in words, with a sign and a colour that say the same. */
import { CircleAlert, CircleCheck, CircleHelp, LoaderCircle, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';

export type Tone = keyof typeof TONES;

export const TONES = {
  question: { Icon: CircleHelp, colour: 'text-info', frame: 'border-info/50' },
  pending: { Icon: LoaderCircle, colour: 'text-info', frame: 'border-info/50' },
  ok: { Icon: CircleCheck, colour: 'text-ok', frame: 'border-ok/50' },
  warn: { Icon: TriangleAlert, colour: 'text-warn', frame: 'border-warn/50' },
  bad: { Icon: CircleAlert, colour: 'text-bad', frame: 'border-bad/50' },
} as const;

export interface VerdictLineProps {
  tone: Tone;
  headline: string;
  detail: string;
  /** What stands at its end. */
  children?: ReactNode;
}

export function VerdictLine({ tone, headline, detail, children }: VerdictLineProps) {
  const { Icon, colour } = TONES[tone];
  return (
    <div className={`flex items-start gap-x-2 px-3 py-2 max-narrow:flex-wrap ${detail === '' ? '' : 'min-h-[56px]'}`}>
      <Icon aria-hidden="true" size={16} className={`mt-0.5 shrink-0 ${colour}`} />
      <div className="min-w-0 flex-1 basis-48">
        <p
          className={`text-strong font-semibold wrap-anywhere ${tone === 'pending' || tone === 'question' ? '' : colour}`}
        >
          {headline}
        </p>
        {detail !== '' && <p className="wrap-anywhere">{detail}</p>}
      </div>
      {children}
    </div>
  );
}
