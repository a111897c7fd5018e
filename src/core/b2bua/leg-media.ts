/** Media that takes a moment to be made, for a leg that may be over by then. */
import type { MediaSession } from '../media/session.ts';
import type { TransportName } from '../transport/index.ts';
import { peerHosts } from '../ua/peer-hosts.ts';
import type { Board } from './board.ts';
import type { Call } from './call.ts';
import type { Leg } from './leg.ts';
import { codecsFor } from './leg-codecs.ts';

/** Where a leg's packets may come from besides where its description says. W15. */
const hostsOf = (leg: Leg) => (): string[] => (leg.session ? peerHosts(leg.session) : []);

/**
 * Plain RTP for a leg, with SRTP as the trunk is set.
 * @param host our address as the peer reaches it
 * @param transport that carries its descriptions
 */
export function rtpOf(
  board: Board,
  call: Call,
  leg: Leg,
  host: string | undefined,
  transport: TransportName | undefined,
): Promise<MediaSession> {
  const { media, encryption } = board.options;
  return media.rtp(host, hostsOf(leg), transport && encryption?.(transport), codecsFor(board, call, leg, 'rtp'));
}

export function webRtcOf(board: Board, call: Call, leg: Leg): Promise<MediaSession> {
  return board.options.media.webrtc(codecsFor(board, call, leg, 'webrtc'));
}

/**
 * Gives the leg its media; whoever ends the leg lets it go (`closeLeg`).
 * @returns undefined when the leg ended meanwhile: the media has been let go again
 */
export async function giveMedia(
  board: Board,
  call: Call,
  leg: Leg,
  making: Promise<MediaSession>,
): Promise<MediaSession | undefined> {
  const media = await making;
  if (leg.live) {
    leg.media = media;
    showKeys(board, call, leg, media);
    return media;
  }
  await media.close();
  return undefined;
}

/** Keys that come with the sound stand in the ladder as those by INFO do. M6. */
export function showKeys(board: Board, call: Call, leg: Leg, media: MediaSession): void {
  media.onKey((key) => board.options.events.keyPressed(call, leg, key));
}

/** The far end of a leg has other media from now on: what it had is let go. */
export function moveMedia(board: Board, call: Call, leg: Leg, media: MediaSession): void {
  const before = leg.media;
  showKeys(board, call, leg, media);
  leg.media = media;
  leg.keys.moved(media);
  before?.close().catch((error: unknown) => {
    board.options.log.warn({ error, leg: leg.id }, 'media did not close cleanly');
  });
  board.options.events.legMoved(call, leg);
}
