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
  const head = encodeText(`${startLine}\r\n${message.headers.print(body.length)}\r\n`);
  return body.length === 0 ? head : Buffer.concat([head, body]);
}
