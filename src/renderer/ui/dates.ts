/** Days and times of day in the operator's time zone, so that no two moments read alike. */

const HALF_HOUR_MS = 1_800_000;
/** Clocks are changed by half an hour (Lord Howe), an hour, or two (Troll). */
const STEPS_MS = [2 * HALF_HOUR_MS, HALF_HOUR_MS, 4 * HALF_HOUR_MS];

const day = new Intl.DateTimeFormat(undefined, { day: '2-digit', month: 'short' });
const dayAndYear = new Intl.DateTimeFormat(undefined, { day: '2-digit', month: 'short', year: 'numeric' });
const minutes = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
const seconds = { ...minutes, second: '2-digit' } as const;
const times = {
  minutes: timesOf(minutes),
  seconds: timesOf(seconds),
  milliseconds: timesOf({ ...seconds, fractionalSecondDigits: 3 }),
};

/** Local day, `20 Nov`; with its year when that is not the present one, `20 Nov 2025`. */
export function formatDay(at: number, now: number): string {
  const thisYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return (thisYear ? day : dayAndYear).format(at);
}

/** Both, and the day only when it is not today's. */
export function formatWhen(at: number, now: number): string {
  const today = new Date(at).toDateString() === new Date(now).toDateString();
  return `${today ? '' : `${formatDay(at, now)} `}${formatClockTime(at, 'minutes')}`;
}

/** Local time of day, `14:02:11`; in the hour that a clock change repeats with its zone, `02:30:00 GMT+2`. */
export function formatClockTime(at: number, parts: keyof typeof times = 'seconds'): string {
  return times[parts][isRepeated(at) ? 'zoned' : 'plain'].format(at);
}

/** Does the clock show the time of `at` twice? When summer time ends, it is put back. */
export function isRepeated(at: number, offsetMinutes: (at: number) => number = localOffset): boolean {
  const here = offsetMinutes(at);
  return STEPS_MS.some((step) => {
    const minutesBack = step / 60_000;
    return here - offsetMinutes(at + step) === minutesBack || offsetMinutes(at - step) - here === minutesBack;
  });
}

/** East of Greenwich. */
function localOffset(at: number): number {
  return -new Date(at).getTimezoneOffset();
}

function timesOf(options: Intl.DateTimeFormatOptions): Record<'plain' | 'zoned', Intl.DateTimeFormat> {
  return {
    plain: new Intl.DateTimeFormat(undefined, options),
    zoned: new Intl.DateTimeFormat(undefined, { ...options, timeZoneName: 'short' }),
  };
}
