import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { createResponse, parseMessage, printMessage } from '../../../src/core/message/index.ts';

/**
 * A SIP endpoint on a free UDP port that answers every call at once and confirms every BYE. Gives its URI.
 * @param options `leaves`: methods that it never answers
 */
export async function answeringEndpoint({ leaves = [] }: { leaves?: readonly string[] } = {}): Promise<string> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  onTestFinished(() => void socket.close());
  const { port } = socket.address();
  const uri = `sip:agent@127.0.0.1:${port}`;
  const sdp = [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    'm=audio 9 RTP/AVP 0',
    'a=rtpmap:0 PCMU/8000',
    '',
  ].join('\r\n');
  socket.on('message', (bytes, from) => {
    const parsed = parseMessage(bytes);
    if (!parsed.ok || parsed.value.kind === 'response' || parsed.value.method === 'ACK') return;
    if (leaves.includes(parsed.value.method)) return;
    const invite = parsed.value.method === 'INVITE';
    const response = createResponse(parsed.value, 200, undefined, {
      toTag: 'agent',
      headers: [
        ['Contact', `<${uri}>`],
        ...(invite ? ([['Content-Type', 'application/sdp']] as Array<[string, string]>) : []),
      ],
      ...(invite ? { body: Buffer.from(sdp) } : {}),
    });
    socket.send(printMessage(response), from.port, from.address);
  });
  return uri;
}
