import { expect, it } from 'vitest';
import { ladderAsMermaid, ladderAsText } from '../../src/renderer/features/ladder/export.ts';
import { Fold } from '../../src/renderer/features/ladder/fold.ts';
import { orderLifelines } from '../../src/renderer/features/ladder/rows.ts';
import { START, ladder, lifelines, messages } from './panes-harness/transferred-call.ts';

const ordered = orderLifelines(lifelines);
const rows = new Fold().extend(messages).rows;

it('copies a ladder as a drawing in characters', () => {
  const { lifelines: early } = ladder(6);
  const text = ladderAsText(orderLifelines(early), new Fold().extend(messages.slice(0, 6)).rows, START);
  expect(`\n${text}`).toBe(`
              Dana Whitfield             Trunk                Console
               +14155550187                                +14155550100
   +0.000            |------ INVITE ------>|                     |
   +0.003            |<... 100 Trying .....|                     |
   +0.009            |                     |------ INVITE ------>|
   +0.021            |                     |<... 100 Trying .....|
   +0.048            |                     |<... 180 Ringing ....|
   +0.052            |<... 180 Ringing ....|                     |
`);
});

it('leaves no arrow in the text without its tip, and counts what was sent again', () => {
  const lines = ladderAsText(ordered, rows, START).trimEnd().split('\n').slice(2);
  expect(lines).toHaveLength(rows.length);
  expect(lines.every((line) => /[<>]/.test(line))).toBe(true);
  expect(lines.some((line) => line.includes(' NOTIFY (180 Ringing) ×3 '))).toBe(true);
});

it('copies a ladder as a Mermaid sequence diagram', () => {
  const lines = ladderAsMermaid(ordered, rows).split('\n');
  expect(lines.slice(0, 4)).toEqual([
    'sequenceDiagram',
    '  participant p0 as Dana Whitfield<br/>+14155550187',
    '  participant p1 as Trunk',
    '  participant p2 as Console<br/>+14155550100',
  ]);
  expect(lines).toContain('  p1-->>p0: 180 Ringing');
  expect(lines).toContain('  p3-xp1: 486 Busy Here');
  expect(lines).toContain('  p1->>p2: NOTIFY (180 Ringing) ×3');
});

it('escapes what would end a statement in Mermaid', () => {
  const named = ordered.map((line) => ({ ...line, label: 'Desk #4; night' }));
  expect(ladderAsMermaid(named, [])).toContain('as Desk #35;4#59; night<br/>');
});
