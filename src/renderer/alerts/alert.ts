/** What the window says of calls to somebody who looks elsewhere: its title, its icon, a notification. Pure. */
import { missedCount } from '../store/recent.ts';
import type { ConsoleState } from '../store/store.ts';
import { lineTitle } from '../store/words.ts';
import { formatNumber } from '../ui/number.ts';

export type AlertIcon = 'plain' | 'ringing' | 'missed';

/** One notification for each line that rings. */
export interface RingingNote {
  lineId: string;
  title: string;
  body: string;
}

export interface Alert {
  title: string;
  icon: AlertIcon;
  ringing: readonly RingingNote[];
}

const NAME = 'Patchcord';

export function alertOf(state: Pick<ConsoleState, 'lines' | 'directory' | 'recent' | 'trunk' | 'registration'>): Alert {
  const ringing = Object.values(state.lines)
    .filter((line) => line.state === 'ringing')
    .toSorted((a, b) => a.startedAt - b.startedAt)
    .map((line): RingingNote => {
      const who = lineTitle(line, state.directory);
      const number = formatNumber(line.number);
      return {
        lineId: line.id,
        title: `${who} is calling`,
        body: `${who === number ? '' : `${number} · `}line ${line.slot}. Click to see the call; F3 answers there.`,
      };
    });
  const [first] = ringing;
  if (first) {
    const others = ringing.length > 1 ? ` and ${ringing.length - 1} more` : '';
    return { title: `☎ ${first.title}${others} · ${NAME}`, icon: 'ringing', ringing };
  }
  const missed = missedCount(state);
  if (missed > 0) return { title: `(${missed} missed) ${NAME}`, icon: 'missed', ringing };
  return { title: NAME, icon: 'plain', ringing };
}
