/** Search as people type: case and accents do not matter, nor do the blanks and brackets in a number. */

import type { CallRecord } from '../../nouns/record.ts';
const MAX_NEEDLES = 8;

/** Text without case and accents. */
function fold(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
}

/** The parts that a record must hold: a number as one part, else every word. Empty matches everything. */
export function needles(search: string): string[] {
  const text = fold(search).trim();
  if (/\d/.test(text) && /^[+\d\s()./-]+$/.test(text)) return [text.replaceAll(/[\s()./-]/g, '')];
  return text
    .split(/\s+/)
    .filter((word) => word !== '')
    .slice(0, MAX_NEEDLES);
}

/** What a search looks through. */
export function haystackOf(record: Pick<CallRecord, 'from' | 'fromName' | 'to' | 'toName'>): string {
  return [record.from, record.fromName, record.to, record.toName].map(fold).join('\n');
}
