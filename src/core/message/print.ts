import { Buffer } from 'node:buffer';
import type { SipMessage } from './message.ts';
import { encodeText } from './text.ts';

/** The bytes to send. Content-Length is that of the body, whatever the headers say. */
export function printMessage(message: SipMessage): Buffer {
  const { body } = message;
  const startLine =
    message.kind === 'request'
      ? `${message.method} ${message.uri} SIP/2.0`
      : `SIP/2.0 ${message.status} ${message.reason}`;
  // A line break inside the start-line would let whoever chose the URI or the reason write header fields of his own.
  const line = /[\r\n]/.test(startLine) ? startLine.replace(/[\r\n]+/g, ' ') : startLine;
  const head = `${line}\r\n${message.headers.print(body.length)}\r\n`;
  if (Buffer.byteLength(head) > head.length) return Buffer.concat([encodeText(head), body]);
  // Nothing but ASCII, as nearly always: a byte a character.
  const bytes = Buffer.allocUnsafe(head.length + body.length);
  bytes.write(head, 'latin1');
  bytes.set(body, head.length);
  return bytes;
}
