/** The part of a request that an answer without a transaction needs; the rest is not looked at. Pure. */

/** RFC 3261 §8.2.6.2, with the compact forms of §7.3.3. */
const COPIED = /^(?:Via|v|From|f|To|t|Call-ID|i|CSeq)[ \t]*:.*$/gim;
const FOLDED = /\n[ \t]/;
/** A head longer than this is read as a whole. */
const MOST_BYTES = 4096;

/**
 * @returns the first line and the header fields that a response copies, as a message of their own; undefined when the
 *   message has to be read as a whole: a long head, folded lines, a response
 */
export function skim(bytes: Uint8Array): Buffer | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = buffer.subarray(0, MOST_BYTES).indexOf('\r\n\r\n');
  if (end <= 0) return undefined;
  const head = buffer.toString('latin1', 0, end);
  const line = head.indexOf('\r\n');
  if (line <= 0 || head.startsWith('SIP/') || FOLDED.test(head)) return undefined;
  const fields = head.slice(line).match(COPIED) ?? [];
  // `.` takes the carriage return along.
  const text = [head.slice(0, line), ...fields.map((field) => field.trimEnd()), '', ''].join('\r\n');
  return Buffer.from(text, 'latin1');
}
