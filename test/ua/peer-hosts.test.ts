import { expect, it } from 'vitest';
import { parseMessage, type SipRequest } from '../../src/core/message/index.ts';
import { peerHosts } from '../../src/core/ua/peer-hosts.ts';
import type { Session } from '../../src/core/ua/session.ts';

const invite = (vias: string[]): SipRequest => {
  const lines = ['INVITE sip:1@192.0.2.1 SIP/2.0', ...vias.map((via) => `Via: ${via}`)];
  const rest = ['From: <sip:a@b>;tag=1', 'To: <sip:c@d>', 'Call-ID: x', 'CSeq: 1 INVITE', 'Content-Length: 0', '', ''];
  const parsed = parseMessage(new TextEncoder().encode([...lines, ...rest].join('\r\n')));
  if (!parsed.ok) throw new Error('no message');
  return parsed.value as SipRequest;
};

const session = (parts: { host: string; remoteTarget?: string; vias?: string[] }): Session =>
  ({
    peer: { host: parts.host },
    dialog: parts.remoteTarget === undefined ? undefined : { remoteTarget: parts.remoteTarget },
    incoming: parts.vias && { request: invite(parts.vias) },
  }) as unknown as Session;

it('W15: a peer may send media from where its INVITE came, its Contact, and where proxies saw it', () => {
  const vias = [
    'SIP/2.0/UDP proxy.example.com;branch=z9hG4bKa;received=192.0.2.9',
    'SIP/2.0/UDP 192.168.1.20:5060;branch=z9hG4bKb;received=198.51.100.1;rport=31000',
  ];
  expect(peerHosts(session({ host: '192.0.2.9', remoteTarget: 'sip:bob@192.168.1.20:5060', vias }))).toEqual([
    '192.0.2.9',
    '192.168.1.20',
    'proxy.example.com',
    '192.0.2.9',
    '192.168.1.20',
    '198.51.100.1',
  ]);
});

it('W15: of a peer that we called, where the answer came from and its Contact', () => {
  expect(peerHosts(session({ host: '198.51.100.1', remoteTarget: 'sip:bob@10.0.0.3' }))).toEqual([
    '198.51.100.1',
    '10.0.0.3',
  ]);
  expect(peerHosts(session({ host: '198.51.100.1', remoteTarget: 'tel:+1555' }))).toEqual(['198.51.100.1']);
  expect(peerHosts(session({ host: '198.51.100.1' }))).toEqual(['198.51.100.1']);
});
