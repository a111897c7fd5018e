/** What a configuration may hold about addresses, ports and certificates. */
import { isIP } from 'node:net';
import { z } from 'zod';
import { isHost } from './net.ts';

const port = (usual: number) => z.int().min(0).max(65_535).default(usual);

export const listen = z.strictObject({
  host: z
    .string()
    .refine(isHost, 'must be an IP address or localhost')
    .default('127.0.0.1')
    .describe(
      'IP address to listen on; 0.0.0.0 is every one of IPv4, :: every one. Anything that other machines can reach ' +
        'needs auth.credentials as well.',
    ),
  advertise: z
    .string()
    .refine((text) => isIP(text) !== 0, 'must be an IP address')
    .optional()
    .describe(
      'IP address that other machines are told to reach the trunk at, in SIP and SDP, where a NAT or a container ' +
        'hides its own. Without it each peer is told the address of the interface that its packets take.',
    ),
  udp: port(5060).describe('SIP over UDP. 0 is any free port.'),
  tcp: port(5060).describe('SIP over TCP. 0 is any free port.'),
  tls: port(5061).describe('SIP over TLS. 0 is any free port.'),
  http: port(8060).describe('Console, control API and SIP over WebSocket. 0 is any free port.'),
});

export const tls = z.strictObject({
  certFile: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Certificate in PEM, its issuers' after it, relative to this configuration. " +
        'Without it the trunk makes one of its own and keeps it in the folder for application data.',
    ),
  keyFile: z.string().min(1).optional().describe('Private key of that certificate in PEM, without a passphrase.'),
  verify: z
    .enum(['always', 'public', 'never'])
    .default('public')
    .describe(
      'Whose certificate is verified when the trunk connects: that of every peer, of peers at public addresses, or nobody’s.',
    ),
});

export const rtp = z.strictObject({
  portMin: z.int().min(1024).max(65_534).default(20_000).describe('First UDP port for audio.'),
  portMax: z.int().min(1025).max(65_535).default(29_999).describe('Last UDP port for audio.'),
});
