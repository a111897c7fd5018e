/** Ways to spoil a message. Text is one character per byte, so that any bytes can be meant. */
import type { Dice } from './dice.ts';
import { methods, statuses, tokens } from './dictionary.ts';

type Mutator = (text: string, dice: Dice, other: string) => string;

/** What one datagram can carry, and a little more. */
const LONGEST = 66_000;

const splice = (text: string, at: number, cut: number, put: string): string =>
  text.slice(0, at) + put + text.slice(at + cut);

const overLines =
  (change: (lines: string[], dice: Dice, other: readonly string[]) => void): Mutator =>
  (text, dice, other) => {
    const lines = text.split('\r\n');
    change(lines, dice, other.split('\r\n'));
    return lines.join('\r\n');
  };

/** Replaces one match of `pattern`, if there is one. */
function replaceOne(text: string, pattern: RegExp, dice: Dice, put: (found: string) => string): string {
  const found = [...text.matchAll(pattern)];
  if (found.length === 0) return text;
  const match = dice.pick(found);
  return splice(text, match.index, match[0].length, put(match[0]));
}

const mutators: readonly Mutator[] = [
  function flipBits(text, dice) {
    const at = dice.below(text.length);
    return splice(text, at, 1, String.fromCharCode(text.charCodeAt(at) ^ (1 << dice.below(8))));
  },
  function cut(text, dice) {
    return splice(text, dice.below(text.length), 1 + dice.below(dice.chance(0.2) ? 200 : 8), '');
  },
  function repeat(text, dice) {
    const at = dice.below(text.length);
    const piece = text.slice(at, at + 1 + dice.below(40));
    return splice(text, at, 0, piece.repeat(1 + dice.below(dice.chance(0.1) ? 500 : 3)));
  },
  function truncate(text, dice) {
    return text.slice(0, dice.below(text.length));
  },
  overLines(function doubleLine(lines, dice) {
    const line = dice.pick(lines);
    const times = dice.chance(0.1) ? 1 + dice.below(300) : 1;
    lines.splice(dice.below(lines.length), 0, ...Array.from({ length: times }, () => line));
  }),
  overLines(function dropLine(lines, dice) {
    lines.splice(dice.below(lines.length), 1);
  }),
  overLines(function swapLines(lines, dice) {
    const [a, b] = [dice.below(lines.length), dice.below(lines.length)];
    [lines[a], lines[b]] = [lines[b]!, lines[a]!];
  }),
  overLines(function swapValues(lines, dice) {
    const [a, b] = [dice.below(lines.length), dice.below(lines.length)];
    const [nameA, nameB] = [lines[a]!.indexOf(':') + 1, lines[b]!.indexOf(':') + 1];
    const [lineA, lineB] = [lines[a]!, lines[b]!];
    lines[a] = lineA.slice(0, nameA) + lineB.slice(nameB);
    lines[b] = lineB.slice(0, nameB) + lineA.slice(nameA);
  }),
  overLines(function takeLine(lines, dice, other) {
    lines.splice(dice.below(lines.length), dice.below(2), dice.pick(other));
  }),
  overLines(function foldLine(lines, dice) {
    const at = dice.below(lines.length);
    const line = lines[at]!;
    const cutAt = dice.below(line.length);
    lines[at] = `${line.slice(0, cutAt)}\r\n${' '.repeat(1 + dice.below(3))}${line.slice(cutAt)}`;
  }),
  overLines(function emptyValue(lines, dice) {
    const at = dice.below(lines.length);
    lines[at] = lines[at]!.slice(0, lines[at]!.indexOf(':') + 1);
  }),
  function insertToken(text, dice) {
    return splice(text, dice.below(text.length), dice.below(3), dice.pick(tokens));
  },
  function insertTokenAtLine(text, dice) {
    return replaceOne(text, /\r\n/g, dice, (line) => line + dice.pick(tokens));
  },
  function replaceWord(text, dice) {
    return replaceOne(text, /[\w.+-]+/g, dice, () => dice.pick(tokens));
  },
  function changeNumber(text, dice) {
    return replaceOne(text, /\d+/g, dice, (digits) =>
      dice.chance(0.5) ? String(Number(digits) + dice.below(3) - 1) : dice.pick(tokens.filter((t) => /\d/.test(t))),
    );
  },
  function changeMethod(text, dice) {
    const method = dice.pick(methods);
    const changed = text.replace(/^[A-Z]+ /, `${method} `);
    return dice.chance(0.7) ? changed.replace(/(\r\nCSeq: *\d+ )\S+/i, `$1${method}`) : changed;
  },
  function changeStatus(text, dice) {
    return text.replace(/(SIP\/2\.0 )\d{3}/, `$1${dice.pick(statuses)}`);
  },
  function lieAboutLength(text, dice) {
    return text.replace(/(\r\n(?:Content-Length|l): *)\d+/i, `$1${dice.pick(['0', '1', '9999', '-1', '1x', '', ' '])}`);
  },
  function hugeValue(text, dice) {
    const unit = dice.pick(['a', ';a=b', '"', '\\"', ',', '%41', '<', ' ', '\r\n ', '(', '[', '\t', '0', ';', '?a=b&']);
    const times = 1 + dice.below(dice.chance(0.2) ? LONGEST : 2000);
    return splice(text, dice.below(text.length), 0, unit.repeat(times).slice(0, LONGEST));
  },
  function garbage(text, dice) {
    return splice(text, dice.below(text.length), dice.below(20), dice.bytes(1 + dice.below(20)).toString('latin1'));
  },
  function changeCase(text, dice) {
    return replaceOne(text, /[\w-]+/g, dice, (word) => (dice.chance(0.5) ? word.toUpperCase() : word.toLowerCase()));
  },
  function joinWith(text, dice, other) {
    return dice.chance(0.5)
      ? text + other
      : text.slice(0, dice.below(text.length)) + other.slice(dice.below(other.length));
  },
];

/** Spoils a message in one to four ways. `other` is what pieces may be taken from. */
export function mutate(bytes: Uint8Array, dice: Dice, other: Uint8Array = bytes): Buffer {
  let text = Buffer.from(bytes).toString('latin1');
  const pieces = Buffer.from(other).toString('latin1');
  for (let left = 1 + dice.below(4); left > 0; left -= 1) text = dice.pick(mutators)(text, dice, pieces);
  return Buffer.from(text.slice(0, LONGEST), 'latin1');
}

/** Spoils binary packets: lengths, bits, cuts. */
export function mutateBinary(bytes: Uint8Array, dice: Dice): Buffer {
  let packet = Buffer.from(bytes);
  for (let left = 1 + dice.below(4); left > 0; left -= 1) {
    const at = dice.below(packet.length);
    switch (dice.below(5)) {
      case 0:
        if (packet.length > 0) packet[at] = dice.pick([0, 1, 0x7f, 0x80, 0xff, dice.below(256)]);
        break;
      case 1:
        packet = packet.subarray(0, at);
        break;
      case 2:
        packet = Buffer.concat([packet.subarray(0, at), dice.bytes(dice.below(60)), packet.subarray(at)]);
        break;
      case 3:
        if (packet.length >= 2)
          packet.writeUInt16BE(dice.pick([0, 1, 3, 0xffff, 0x8000, dice.below(65_536)]), at % (packet.length - 1));
        break;
      default:
        packet = Buffer.concat([packet, dice.bytes(dice.below(dice.chance(0.1) ? 1400 : 30))]);
    }
  }
  return packet;
}
