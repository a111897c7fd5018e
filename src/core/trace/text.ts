/** The ladder as plain text: one line a message, then every message in full. */

import type { Ladder, LadderMessage } from '../../nouns/ladder.ts';
import { TRUNK } from './describe.ts';

const MAX_NAME = 24;

/** For terminals and bug reports; ends with a line break. */
export function ladderText(ladder: Ladder): string {
  const names = new Map(ladder.lifelines.map(({ id, label }) => [id, printable(label).slice(0, MAX_NAME)]));
  const nameOf = (id: string): string => names.get(id) ?? id;
  const arrows = ladder.messages.map(({ from, to }) => `${nameOf(from)} --> ${nameOf(to)}`);
  const width = Math.max(0, ...arrows.map((arrow) => arrow.length));
  const lines = [
    `Call ${printable(ladder.callId)}, began ${time(ladder.startedAt)}, ${count(ladder.messages.length + ladder.dropped)}`,
    '',
  ];
  let expected = 1;
  for (const [i, message] of ladder.messages.entries()) {
    if (message.seq > expected) lines.push(`      (${count(message.seq - expected)} dropped)`);
    expected = message.seq + 1;
    const seconds = ((message.at - ladder.startedAt) / 1000).toFixed(3);
    const again = message.retransmission ? '  (retransmission)' : '';
    lines.push(
      `${String(message.seq).padStart(5)}  +${seconds.padStart(9)} s  ${(arrows[i] ?? '').padEnd(width)}  ${firstLine(message)}${again}`,
    );
  }
  for (const [i, message] of ladder.messages.entries()) {
    const { seq, at, transport, text } = message;
    lines.push('', `---- ${seq}  ${time(at)}  ${arrows[i]}  ${transport}${addresses(message)}`, ...linesOf(text));
  }
  return `${lines.join('\n')}\n`;
}

/** From where to where the message went, as far as it is known. */
function addresses({ from, local, remote }: LadderMessage): string {
  if (local === undefined || remote === undefined) return '';
  return from === TRUNK ? `  ${local} --> ${remote}` : `  ${remote} --> ${local}`;
}

function firstLine({ text }: LadderMessage): string {
  return linesOf(text.trimStart())[0] ?? '';
}

function linesOf(text: string): string[] {
  return printable(text.trimEnd()).split(/\r\n|\r|\n/);
}

/** What a sender wrote must not move the reader's cursor: other control characters are shown as `\x1b`. */
function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what this is about
  return text.replaceAll(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/g, (control) => {
    return `\\x${control.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}

function time(at: number): string {
  return new Date(at).toISOString();
}

function count(messages: number): string {
  return messages === 1 ? '1 message' : `${messages} messages`;
}
