import { describe, expect, it } from 'vitest';
import type { LadderMessage } from '../../src/contract/model.ts';
import { dialogColour } from '../../src/renderer/features/ladder/colours.ts';
import { Fold, placeOfRow, type LadderRow } from '../../src/renderer/features/ladder/fold.ts';
import {
  arrowOf,
  comparableInDialog,
  formatElapsed,
  formatTime,
  labelPlace,
  legIndexes,
  orderLifelines,
} from '../../src/renderer/features/ladder/rows.ts';
import type { LadderFilter } from '../../src/renderer/store/ladder-state.ts';
import { lifelines, messages } from './panes-harness/transferred-call.ts';

const foldRetransmissions = (all: readonly LadderMessage[]): readonly LadderRow[] => new Fold().extend(all).rows;
const filterRows = (filter: LadderFilter): readonly LadderRow[] => new Fold().extend(messages).shown(filter);
const rows = foldRetransmissions(messages);
const labelled = (label: string): LadderMessage => messages.find((message) => message.label === label)!;
const labels = (shown: readonly { message: LadderMessage }[]): string[] => shown.map(({ message }) => message.label);

describe('retransmissions', () => {
  it('are folded into the message that they repeat', () => {
    const ringing = rows.filter(({ message }) => message.label === 'NOTIFY (180 Ringing)');
    expect(ringing).toHaveLength(1);
    expect(ringing[0]!.repeats).toHaveLength(2);
    expect(rows).toHaveLength(messages.length - 3);
  });

  it('whose original is not in the trace stand for themselves', () => {
    const repeats = messages.filter((message) => message.retransmission && message.label.startsWith('NOTIFY'));
    const folded = foldRetransmissions(repeats);
    expect(folded).toHaveLength(1);
    expect(folded[0]!.repeats).toHaveLength(1);
    expect(repeats.map(({ seq }) => placeOfRow(folded, seq))).toEqual([0, 0]);
    expect(placeOfRow(folded, 1_000_000)).toBe(-1);
  });

  it('are what the trunk marks as such: an equal message without the mark keeps its row', () => {
    const [first] = messages;
    expect(foldRetransmissions([first!, { ...first!, seq: 2 }])).toHaveLength(2);
  });

  it('are not folded when the same text goes another way', () => {
    const [first] = messages;
    const elsewhere = { ...first!, seq: 2, to: 'leg-2', retransmission: true };
    expect(foldRetransmissions([first!, elsewhere])).toHaveLength(2);
  });
});

describe('the filter', () => {
  const none = { hiddenLegs: [], method: '', text: '' };

  it('without conditions leaves the rows as they are', () => {
    expect(filterRows(none)).toEqual(rows);
  });

  it('by method keeps requests and their responses', () => {
    const refers = filterRows({ ...none, method: 'REFER' });
    expect(labels(refers)).toEqual(['REFER', '202 Accepted', 'REFER', '202 Accepted']);
  });

  it('by leg hides only that leg', () => {
    const shown = filterRows({ ...none, hiddenLegs: ['leg-2', 'leg-4'] });
    expect(new Set(shown.map(({ message }) => message.legId))).toEqual(new Set(['leg-1', 'leg-3']));
  });

  it('by text looks into the whole message, in any case', () => {
    expect(labels(filterRows({ ...none, text: 'refer-to: <SIP:+14155551234' }))).toEqual(['REFER']);
  });

  it('offers each method once, in the order of their coming', () => {
    expect(new Fold().extend(messages).methods).toEqual(['INVITE', 'ACK', 'REFER', 'NOTIFY', 'BYE']);
  });
});

describe('the drawing', () => {
  const ordered = orderLifelines(lifelines);

  it('stands the caller before the trunk, then the console, then targets as they were called', () => {
    expect(ordered.map(({ label }) => label)).toEqual(['Dana Whitfield', 'Trunk', 'Console', 'Night desk', 'Billing']);
  });

  it('draws an arrow between the middles of its columns', () => {
    expect(arrowOf(labelled('REFER'), ordered)).toEqual({ left: 30, width: 20, pointsRight: false });
    expect(arrowOf(labelled('486 Busy Here'), ordered)).toEqual({ left: 30, width: 40, pointsRight: false });
    expect(arrowOf(messages[0]!, ordered)).toEqual({ left: 10, width: 20, pointsRight: true });
  });

  it('draws no arrow to a party that has no lifeline', () => {
    expect(arrowOf({ ...messages[0]!, to: 'elsewhere' }, ordered)).toBeUndefined();
  });

  it('writes a label beside an arrow that is too short for it, on the side with more room', () => {
    const arrow = arrowOf(labelled('REFER'), ordered)!;
    expect(labelPlace(arrow, 'REFER'.length, 700 / 16)).toBe('on');
    expect(labelPlace(arrow, 'NOTIFY (486 Busy Here)'.length, 700 / 16)).toBe('right');
    expect(labelPlace({ ...arrow, left: 70 }, 'NOTIFY (486 Busy Here)'.length, 700 / 16)).toBe('left');
  });

  it('gives each leg a number of its own and the trunk none', () => {
    expect([...legIndexes(ordered)]).toEqual([
      ['leg-1', 0],
      ['leg-2', 1],
      ['leg-3', 2],
      ['leg-4', 3],
    ]);
  });
});

describe('the message to compare with', () => {
  it('is the last of the same dialog, sender and kind', () => {
    expect(comparableInDialog(messages, labelled('NOTIFY (180 Ringing)'))?.label).toBe('NOTIFY (100 Trying)');
  });

  it('is not the request of the other side, although its method is the same', () => {
    const [invite] = messages;
    const ours = { ...invite!, seq: 1 };
    const theirs = { ...invite!, seq: 2, from: invite!.to, to: invite!.from };
    const again = { ...invite!, seq: 3 };
    expect(comparableInDialog([ours, theirs, again], again)).toBe(ours);
  });

  it('is the one before in the dialog, when none is alike', () => {
    expect(comparableInDialog(messages, labelled('REFER'))?.cseq).toBe('1 ACK');
  });

  it('is missing for the first message of a dialog', () => {
    expect(comparableInDialog(messages, messages[0]!)).toBeUndefined();
  });
});

describe('time', () => {
  it('is told since the start, since the row above, or by the clock', () => {
    const at = Date.UTC(2026, 10, 20, 14, 0, 3, 45);
    expect(formatTime('start', at, at - 3045, at - 45)).toBe('+3.045');
    expect(formatTime('previous', at, at - 3045, at - 45)).toBe('+0.045');
    expect(formatTime('previous', at, at - 3045, undefined)).toBe('+0.000');
    expect(formatTime('absolute', at, 0, undefined)).toMatch(/:\d\d:03.045$/);
  });

  it('has minutes from the first minute on', () => {
    expect(formatElapsed(59_999)).toBe('+59.999');
    expect(formatElapsed(60_000)).toBe('+1:00.000');
    expect(formatElapsed(-20)).toBe('−0.020');
  });
});

describe('the colours of dialogs', () => {
  /** `--color-panel` of styles.css, light and dark. */
  const panels = ['#ffffff', '#171b20'];

  it('can be read on the panel, light and dark', () => {
    for (let index = 0; index < 6; index += 1) {
      const colours = dialogColour(index).match(/#[0-9a-f]{6}/g)!;
      colours.forEach((colour, mode) => {
        expect(contrast(colour, panels[mode]!)).toBeGreaterThanOrEqual(4.5);
      });
    }
  });

  it('differ for six legs and start over with the seventh', () => {
    expect(new Set([0, 1, 2, 3, 4, 5].map(dialogColour)).size).toBe(6);
    expect(dialogColour(6)).toBe(dialogColour(0));
  });
});

/** WCAG 2.2, contrast ratio. */
function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance(hex: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const value = parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
