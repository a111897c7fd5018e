/** Four bars for how well a line is heard; the words are there on hover and on focus. O8. */
import { useId, useRef, useState } from 'react';
import { callOfSession } from '../../store/calls.ts';
import type { Line } from '../../store/line-model.ts';
import { gradeOf, gradeWords, worstMos, type QualityGrade } from '../../store/quality.ts';
import { useConsole } from '../../store/store.ts';
import { LegQualities } from './LegQualities.tsx';

const bars: Readonly<Record<QualityGrade, number>> = { good: 4, fair: 3, poor: 2, bad: 1 };
const colours: Readonly<Record<QualityGrade, string>> = {
  good: 'text-ok',
  fair: 'text-ok',
  poor: 'text-warn',
  bad: 'text-bad',
};
/** Between the meter and its words, and to the edge of the window, in pixels. */
const GAP = 4;

export function QualityMeter({ line }: { readonly line: Line }) {
  const callId = useConsole((state) => callOfSession(state.calls, line.id)?.id);
  const measured = useConsole((state) => (callId === undefined ? undefined : state.qualities[callId]));
  const meter = useRef<HTMLButtonElement>(null);
  const [place, setPlace] = useState<{ top: number; left: number }>();
  const words = useId();
  // Whoever is muted says the same all the time, and knows it.
  const legs = measured?.map((leg) =>
    leg.role === 'console' && line.muted
      ? { ...leg, warnings: leg.warnings.filter(({ name }) => name !== 'constant-level') }
      : leg,
  );
  const mos = legs && worstMos(legs);
  if (!legs || mos === undefined || line.state !== 'live') return null;
  const grade = gradeOf(mos);
  const warned = legs.some(({ warnings }) => warnings.length > 0);
  const show = (): void => {
    const { bottom, left } = meter.current!.getBoundingClientRect();
    setPlace({ top: bottom + GAP, left });
  };
  const hide = (): void => setPlace(undefined);
  return (
    <>
      <button
        type="button"
        ref={meter}
        aria-label={`Sound quality: ${gradeWords[grade]}, ${mos.toFixed(1)}${warned ? ', with warnings' : ''}`}
        aria-describedby={place && words}
        className={`mr-1 flex size-6 shrink-0 items-end justify-center gap-0.5 pb-1 ${warned && grade !== 'bad' ? 'text-warn' : colours[grade]}`}
        onMouseEnter={show}
        onMouseLeave={hide}
        onFocus={show}
        onClick={show}
        onBlur={hide}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || !place) return;
          // It puts away these words, and nothing else.
          event.stopPropagation();
          hide();
        }}
      >
        {[1, 2, 3, 4].map((bar) => (
          <span
            key={bar}
            aria-hidden="true"
            style={{ height: 3 * bar + 2 }}
            // Filled or empty: colour alone says nothing, and forced colours keep borders.
            className={`w-[3px] border border-current forced-color-adjust-none ${bar <= bars[grade] ? 'bg-current' : 'opacity-40'}`}
          />
        ))}
      </button>
      {place && (
        <div
          id={words}
          role="tooltip"
          style={{ top: place.top, left: `min(${place.left}px, calc(100vw - 22rem - ${GAP}px))` }}
          className="fixed z-50 w-[22rem] max-w-[calc(100vw-8px)] rounded border border-line bg-panel px-3 py-2 text-left text-text shadow-lg"
        >
          <p className="font-semibold">
            {gradeWords[grade]} <span className="font-normal text-muted">· {mos.toFixed(1)} of 4.4</span>
          </p>
          <LegQualities legs={legs} />
        </div>
      )}
    </>
  );
}
