import { parseMessage } from '../../src/core/message/index.ts';
import type { LegBinding } from '../../src/core/trace/index.ts';
import type { Traced } from '../../src/core/transport/index.ts';

/** 2030-01-01T00:00:00Z */
export const BEGAN = 1_893_456_000_000;

export const caller: LegBinding = {
  callId: 'call',
  legId: 'leg-a',
  role: 'caller',
  label: 'Dana Reyes',
  number: '+14155550142',
};
export const consoleLeg: LegBinding = { callId: 'call', legId: 'leg-b', role: 'console', label: 'Console' };
export const target: LegBinding = { callId: 'call', legId: 'leg-c', role: 'target', label: 'Billing' };

interface Parts {
  callId?: string;
  cseq?: string;
  headers?: string[];
  type?: string;
  body?: string;
  direction?: 'in' | 'out';
  atMs?: number;
}

/** A message as the transport layer shows it, read by the parser from these bytes. */
export function traced(startLine: string, parts: Parts = {}): Traced {
  const method = parts.cseq?.split(' ')[1] ?? startLine.split(' ')[0];
  const text = [
    startLine,
    'Via: SIP/2.0/UDP 127.0.0.1:5090;branch=z9hG4bK1',
    'Max-Forwards: 70',
    'From: <sip:a@example.com>;tag=1',
    'To: <sip:b@example.com>',
    `Call-ID: ${parts.callId ?? 'dialog-a'}`,
    `CSeq: ${parts.cseq ?? `1 ${method}`}`,
    ...(parts.headers ?? []),
    ...(parts.type === undefined ? [] : [`Content-Type: ${parts.type}`]),
    `Content-Length: ${Buffer.byteLength(parts.body ?? '')}`,
    '',
    parts.body ?? '',
  ].join('\r\n');
  const bytes = Buffer.from(text);
  const parsed = parseMessage(bytes);
  if (!parsed.ok) throw new Error(`${parsed.error.problem.detail}\n${text}`);
  return {
    direction: parts.direction ?? 'in',
    message: parsed.value,
    bytes,
    transport: 'UDP',
    remote: { host: '127.0.0.1', port: 5090 },
    at: BEGAN + (parts.atMs ?? 0),
  };
}

export const invite = (parts: Parts = {}): Traced =>
  traced('INVITE sip:+14155550100@example.com SIP/2.0', {
    type: 'application/sdp',
    body: 'v=0\r\n',
    ...parts,
  });
