import type { MediaDescription, SessionDescription } from 'sdp-transform';

type Connection = NonNullable<SessionDescription['connection']>;
type MediaDirection = NonNullable<MediaDescription['direction']>;

/** What is read of a session, named as the library names it. */
export type PlainSession = Pick<SessionDescription, 'connection' | 'direction'> & { readonly media: PlainMedia[] };
export type PlainMedia = Pick<
  MediaDescription,
  'type' | 'port' | 'protocol' | 'payloads' | 'rtp' | 'connection' | 'direction' | 'rtcpMux' | 'rtcp'
>;

const LINES = /^v=0\r\n(?:[a-z]=[^\r\n]*\r\n)+$/;
const AUDIO = /^m=audio (0|[1-9]\d{0,4}) (RTP\/S?AVPF?) ((?:\d{1,3} )*\d{1,3})$/;
const ADDRESS = /^c=IN IP([46]) ([0-9a-fA-F.:]+)$/;
/** RFC 3605. */
const RTCP = /^a=rtcp:([1-9]\d{0,4})(?: IN IP([46]) ([0-9a-fA-F.:]+))?$/;
const RTPMAP = /^a=rtpmap:(0|[1-9]\d{0,2}) ([a-zA-Z][a-zA-Z0-9.-]*)\/([1-9]\d{0,5})(?:\/\d+)?$/;
/** Lines from which we learn nothing here; keys are read by `crypto.ts`. */
const IGNORED = /^(?:[ostb]=|a=(?:crypto|fmtp|ptime|maxptime|silenceSupp|ssrc|mid|label|group):)/;
const DIRECTIONS: ReadonlyMap<string, MediaDirection> = new Map([
  ['a=sendrecv', 'sendrecv'],
  ['a=sendonly', 'sendonly'],
  ['a=recvonly', 'recvonly'],
  ['a=inactive', 'inactive'],
]);

/**
 * Reads a description of audio over RTP as nearly all SIP equipment writes it, many times faster than the library reads any description.
 * @returns undefined for every other text, which the library then has to read
 */
export function readPlain(text: string): PlainSession | undefined {
  if (!LINES.test(text)) return undefined;
  const session: PlainSession = { media: [] };
  let level: PlainSession | PlainMedia = session;
  const lines = text.split('\r\n');
  // The first is v=0, and nothing follows the last line break.
  for (let i = 1; i < lines.length - 1; i++) {
    const line = lines[i]!;
    if (line.startsWith('m=')) {
      const media = readMedia(line);
      if (media === undefined) return undefined;
      session.media.push(media);
      level = media;
    } else if (!readLine(line, level)) return undefined;
  }
  return session.media.length > 0 ? session : undefined;
}

function readMedia(line: string): PlainMedia | undefined {
  const found = AUDIO.exec(line);
  if (found === null) return undefined;
  return { type: 'audio', port: Number(found[1]), protocol: found[2]!, payloads: found[3]!, rtp: [] };
}

/** Whether the line is one of those we know. */
function readLine(line: string, level: PlainSession | PlainMedia): boolean {
  const direction = DIRECTIONS.get(line);
  if (direction !== undefined) level.direction = direction;
  else if (line.startsWith('c=')) return readConnection(line, level);
  else if (line.startsWith('a=rtpmap:')) return 'rtp' in level && readMap(line, level);
  else if (line.startsWith('a=rtcp:')) return 'rtp' in level && readRtcp(line, level);
  else if (line !== 'a=rtcp-mux') return IGNORED.test(line);
  else if ('rtp' in level) level.rtcpMux = 'rtcp-mux';
  return true;
}

function readConnection(line: string, level: { connection?: Connection }): boolean {
  const found = ADDRESS.exec(line);
  if (found === null) return false;
  level.connection = { version: Number(found[1]), ip: found[2]! };
  return true;
}

function readRtcp(line: string, media: PlainMedia): boolean {
  const found = RTCP.exec(line);
  // Of two lines the library makes one.
  if (found === null || media.rtcp !== undefined) return false;
  const [, port, version, address] = found;
  media.rtcp = { port: Number(port), ...(address !== undefined && { ipVer: Number(version), address }) };
  return true;
}

function readMap(line: string, media: PlainMedia): boolean {
  const found = RTPMAP.exec(line);
  if (found === null) return false;
  media.rtp.push({ payload: Number(found[1]), codec: found[2]!, rate: Number(found[3]) });
  return true;
}
