/** What changed from one SIP message to the next of its dialog, header by header. */

export interface DiffLine {
  readonly part: 'start' | 'header' | 'body';
  readonly text: string;
  /** Canonical name of a header, in full where the line uses the compact form. */
  readonly name: string | undefined;
  readonly change: 'same' | 'changed' | 'added' | 'removed';
  /** The part of `text` that differs, when `changed`. */
  readonly span: readonly [start: number, end: number] | undefined;
}

interface Parts {
  readonly start: string;
  readonly headers: readonly string[];
  readonly body: readonly string[];
}

/** RFC 3261 §7.3.3 and the registered extensions that meet us. */
const compactForms: Readonly<Record<string, string>> = {
  b: 'Referred-By',
  c: 'Content-Type',
  e: 'Content-Encoding',
  f: 'From',
  i: 'Call-ID',
  k: 'Supported',
  l: 'Content-Length',
  m: 'Contact',
  o: 'Event',
  r: 'Refer-To',
  s: 'Subject',
  t: 'To',
  u: 'Allow-Events',
  v: 'Via',
  x: 'Session-Expires',
};

/** Above this many comparisons a body counts as replaced, not as edited. */
const BODY_COMPARISONS = 250_000;

/** Lines of `after`, with those of `before` that are gone; without `before` nothing counts as changed. */
export function diffMessages(before: string | undefined, after: string): DiffLine[] {
  const now = partsOf(after);
  if (before === undefined) {
    return [
      line('start', now.start, 'same'),
      ...now.headers.map((text) => line('header', text, 'same')),
      ...now.body.map((text) => line('body', text, 'same')),
    ];
  }
  const was = partsOf(before);
  return [
    compared('start', was.start, now.start),
    ...diffHeaders(was.headers, now.headers),
    ...diffBody(was.body, now.body),
  ];
}

function partsOf(message: string): Parts {
  const lines = message.split(/\r?\n/);
  const blank = lines.indexOf('');
  const head = blank < 0 ? lines : lines.slice(0, blank);
  const body = blank < 0 ? [] : lines.slice(blank + 1);
  while (body.at(-1) === '') body.pop();
  return { start: head[0] ?? '', headers: head.slice(1), body };
}

/** Headers are compared by name: their order says nothing, except among those of one name. */
function diffHeaders(before: readonly string[], after: readonly string[]): DiffLine[] {
  const left = new Map<string, string[]>();
  for (const text of before) {
    const key = keyOf(text);
    left.set(key, [...(left.get(key) ?? []), text]);
  }
  const unchanged = new Set<number>();
  after.forEach((text, index) => {
    const same = left.get(keyOf(text));
    const place = same?.indexOf(text) ?? -1;
    if (place < 0) return;
    same!.splice(place, 1);
    unchanged.add(index);
  });
  const lines = after.map((text, index) => {
    if (unchanged.has(index)) return line('header', text, 'same');
    const was = left.get(keyOf(text))?.shift();
    return was === undefined ? line('header', text, 'added') : compared('header', was, text);
  });
  const removed = [...left.values()].flat().map((text) => line('header', text, 'removed'));
  return [...lines, ...removed];
}

/** Longest common subsequence of lines. */
function diffBody(before: readonly string[], after: readonly string[]): DiffLine[] {
  if (before.length * after.length > BODY_COMPARISONS) {
    return after.map((text) => line('body', text, 'added'));
  }
  const common = Array.from({ length: before.length + 1 }, () => new Uint16Array(after.length + 1));
  for (let b = before.length - 1; b >= 0; b -= 1) {
    for (let a = after.length - 1; a >= 0; a -= 1) {
      common[b]![a] =
        before[b] === after[a] ? common[b + 1]![a + 1]! + 1 : Math.max(common[b + 1]![a]!, common[b]![a + 1]!);
    }
  }
  const lines: DiffLine[] = [];
  let b = 0;
  let a = 0;
  while (b < before.length || a < after.length) {
    if (b < before.length && a < after.length && before[b] === after[a]) {
      lines.push(line('body', after[a]!, 'same'));
      b += 1;
      a += 1;
    } else if (a >= after.length || (b < before.length && common[b + 1]![a]! >= common[b]![a + 1]!)) {
      lines.push(line('body', before[b]!, 'removed'));
      b += 1;
    } else {
      lines.push(line('body', after[a]!, 'added'));
      a += 1;
    }
  }
  return lines;
}

function compared(part: DiffLine['part'], was: string, now: string): DiffLine {
  if (was === now) return line(part, now, 'same');
  let start = 0;
  while (start < Math.min(was.length, now.length) && was[start] === now[start]) start += 1;
  let end = 0;
  const most = Math.min(was.length, now.length) - start;
  while (end < most && was[was.length - 1 - end] === now[now.length - 1 - end]) end += 1;
  return { ...line(part, now, 'changed'), span: wholeWords(now, start, now.length - end) };
}

/** Half a number that changed is harder to read than the whole one. */
function wholeWords(text: string, from: number, to: number): [number, number] {
  let start = from;
  let end = to;
  while (start > 0 && /[\w.+-]/.test(text[start - 1]!)) start -= 1;
  while (end < text.length && /[\w.+-]/.test(text[end]!)) end += 1;
  return [start, end];
}

function line(part: DiffLine['part'], text: string, change: DiffLine['change']): DiffLine {
  return { part, text, name: part === 'header' ? headerName(text) : undefined, change, span: undefined };
}

function headerName(text: string): string {
  const written = text.slice(0, Math.max(0, text.indexOf(':'))).trim();
  return compactForms[written.toLowerCase()] ?? written;
}

function keyOf(text: string): string {
  return headerName(text).toLowerCase();
}
