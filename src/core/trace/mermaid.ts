/** The ladder as a Mermaid sequence diagram, for documents and issues. */

import type { Ladder, LadderMessage } from '../../nouns/ladder.ts';
/** Ends with a line break. */
export function ladderMermaid(ladder: Ladder): string {
  const lines = ['sequenceDiagram'];
  const aliases = new Map<string, string>();
  for (const [i, { id, label, number }] of ladder.lifelines.entries()) {
    // Ids of our own: Mermaid splits a participant's name at several characters.
    aliases.set(id, `P${i}`);
    lines.push(`participant P${i} as ${escape(number === undefined ? label : `${label} ${number}`)}`);
  }
  const all = `P0,P${Math.max(0, ladder.lifelines.length - 1)}`;
  let expected = 1;
  for (const message of ladder.messages) {
    const missing = message.seq - expected;
    if (missing > 0) lines.push(`Note over ${all}: ${missing} dropped`);
    expected = message.seq + 1;
    const again = message.retransmission ? ' (retransmission)' : '';
    const [from, to] = [aliases.get(message.from), aliases.get(message.to)];
    lines.push(`${from}${arrow(message)}${to}: ${escape(message.label + again)}`);
  }
  return `${lines.join('\n  ')}\n`;
}

function arrow({ kind }: LadderMessage): string {
  if (kind === 'request') return '->>';
  return kind === 'failure' ? '--x' : '-->>';
}

/** Leaves only what Mermaid reads as text; anything else becomes its entity, `#35;` for `#`. */
function escape(text: string): string {
  return text
    .replaceAll(/[^\p{L}\p{M}\p{N} +.,()/_@=-]/gu, (character) => `#${character.codePointAt(0)};`)
    .replaceAll(/\bend\b/gi, (word) => `#${word.charCodeAt(0)};${word.slice(1)}`);
}
