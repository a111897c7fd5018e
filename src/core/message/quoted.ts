/** A quoted-string (RFC 3261 §25.1) that was read: its content, and where the text goes on after the closing quote. */
interface Quoted {
  readonly value: string;
  readonly end: number;
}

const QUOTE = 34;
const BACKSLASH = 92;

/** Reads the quoted-string whose opening quote is at `at`; undefined when it is never closed. */
export function readQuoted(text: string, at: number): Quoted | undefined {
  const start = at + 1;
  let value = '';
  let from = start;
  for (let i = start; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) {
      const rest = text.slice(from, i);
      return { value: from === start ? rest : value + rest, end: i + 1 };
    }
    if (code === BACKSLASH) {
      value += text.slice(from, i);
      from = i + 1;
      i++;
    }
  }
  return undefined;
}

/** Where the quoted-string that opens at `at` ends (after its closing quote), or the end of the text when it is never closed. */
export function skipQuoted(text: string, at: number): number {
  for (let i = at + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) return i + 1;
    if (code === BACKSLASH) i++;
  }
  return text.length;
}

/** Writes a quoted-string. A line break cannot be quoted and would start a new header field: it becomes a space. */
export function quote(value: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what has to be escaped
  if (!/["\\\u0000-\u001f\u007f]/.test(value)) return `"${value}"`;
  // oxlint-disable-next-line no-control-regex -- the same
  return `"${value.replace(/[\r\n]+/g, ' ').replace(/["\\\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '\\$&')}"`;
}
