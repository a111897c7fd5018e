/** How the media of sessions is made here, and how it is heard. */
import { Web, type Session, type SessionDescriptionHandlerFactory } from 'sip.js';
import type { ToneSender } from './dtmf.ts';
import { MediaHandler, type MediaHandlerParts } from './media-handler.ts';

type FactoryParts = Omit<MediaHandlerParts, 'webRtc' | 'microphone'> & { microphone(session: Session): MediaStream };

export function mediaFactory({ microphone, ...parts }: FactoryParts): SessionDescriptionHandlerFactory {
  return (session, options) => {
    const create = Web.defaultSessionDescriptionHandlerFactory(() => Promise.resolve(microphone(session)));
    return new MediaHandler({
      webRtc: () => create(session, options) as Web.SessionDescriptionHandler,
      microphone: () => microphone(session),
      // Getters are asked each time.
      context: () => parts.context(),
      socketUrl: (id) => parts.socketUrl(id),
      ways: parts.ways,
    });
  };
}

export function handlerOf(session: Session): MediaHandler | undefined {
  return session.sessionDescriptionHandler as MediaHandler | undefined;
}

/** Plays what the other side says. An element is needed: Web Audio alone is silent on a remote stream. */
export function playRemote(handler: MediaHandler): HTMLAudioElement {
  const element = document.createElement('audio');
  element.autoplay = true;
  element.dataset['remoteAudio'] = '';
  document.body.append(element);
  const play = () => {
    if (!handler.stream || !element.isConnected) return;
    element.srcObject = handler.stream;
    // Rejects when the element is removed before it could start; there is nothing to do then.
    element.play().catch(() => undefined);
  };
  handler.addEventListener('streamchange', play);
  play();
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

/** Sends the keys of a session, once it has media. */
export function toneSender(session: Session): ToneSender | undefined {
  return handlerOf(session)?.tones;
}
