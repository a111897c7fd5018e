/** How sip.js makes WebRTC audio here. Every media object of a session is made and let go in this file. */
import { Web, type Session, type SessionDescriptionHandlerFactory } from 'sip.js';

/** No STUN server: sip.js would otherwise ask a public one, and console and trunk share the machine. */
export const mediaConfiguration: Web.SessionDescriptionHandlerFactoryOptions = {
  iceGatheringTimeout: 500,
  peerConnectionConfiguration: { iceServers: [], bundlePolicy: 'max-bundle' },
};

/**
 * Offers and answers go out with the first candidate instead of when gathering ends:
 * the trunk is ICE lite, so this side makes the checks.
 */
export function mediaFactory(microphone: (session: Session) => MediaStream): SessionDescriptionHandlerFactory {
  return (session, options) => {
    const create = Web.defaultSessionDescriptionHandlerFactory(() => Promise.resolve(microphone(session)));
    const handler = create(session, options) as Web.SessionDescriptionHandler;
    handler.peerConnectionDelegate = {
      onicecandidate: (event) => {
        if (!event.candidate) return;
        found.set(handler, candidatesOf(handler) + 1);
        handler.iceGatheringComplete();
      },
    };
    return handler;
  };
}

/** ICE candidates that each handler's browser has found. */
const found = new WeakMap<Web.SessionDescriptionHandler, number>();

export function candidatesOf(handler: Web.SessionDescriptionHandler): number {
  return found.get(handler) ?? 0;
}

export function handlerOf(session: Session): Web.SessionDescriptionHandler | undefined {
  return session.sessionDescriptionHandler as Web.SessionDescriptionHandler | undefined;
}

/** Plays what the other side says. An element is needed: Web Audio alone is silent on a remote stream. */
export function playRemote(handler: Web.SessionDescriptionHandler): HTMLAudioElement {
  const element = document.createElement('audio');
  element.autoplay = true;
  element.srcObject = handler.remoteMediaStream;
  element.dataset['remoteAudio'] = '';
  document.body.append(element);
  // Rejects when the element is removed before it could start; there is nothing to do then.
  element.play().catch(() => undefined);
  return element;
}

export function stopRemote(element: HTMLAudioElement): void {
  element.pause();
  element.srcObject = null;
  element.remove();
}

/** The direction of the audio in an SDP that we received, as its sender sees it. */
export function isHoldOffer(sdp: string): boolean {
  return /^a=(sendonly|inactive)\s*$/m.test(sdp) || /^c=IN IP4 0\.0\.0\.0\s*$/m.test(sdp);
}

/** Puts another microphone under a session that is already talking. */
export async function replaceMicrophone(session: Session, track: MediaStreamTrack): Promise<void> {
  const [sender] = handlerOf(session)?.peerConnection?.getSenders() ?? [];
  const before = sender?.track;
  await sender?.replaceTrack(track);
  before?.stop();
}

/** Sends the keys of a session, once it has media. */
export function toneSender(session: Session): RTCDTMFSender | undefined {
  return handlerOf(session)?.peerConnection?.getSenders()[0]?.dtmf ?? undefined;
}
