/** One SIP session of the console with what belongs to it, and how its changes become events. */
import { Invitation, Inviter, SessionState, type Referral, type Session } from 'sip.js';
import type { IncomingReferRequest, IncomingRequestMessage, IncomingResponseMessage } from 'sip.js/lib/core/index.js';
import { changeOver } from './change-over.ts';
import type { ToneQueue } from './dtmf.ts';
import { MEDIA_LIMIT_MS, type MediaState } from './media-health.ts';
import { watchMedia } from './media-watch.ts';
import { handlerOf, isHoldOffer, playRemote, stopRemote } from './media.ts';
import type { MediaHandler } from './media-handler.ts';
import type { PhoneEvent, ReferStep, SessionChange, SessionEnd, SessionStarted } from './phone.ts';

export interface Line {
  readonly id: string;
  readonly session: Session;
  readonly direction: 'in' | 'out';
  /** The last word on where the session stands, for the sounds. */
  stage: 'ringing' | 'dialing' | 'ring-back' | 'early-media' | 'answering' | 'live' | 'ended';
  /** Has the operator: of all lines at most one. Every other one is silent in both directions. */
  focused: boolean;
  muted: boolean;
  /** The microphone as this session sends it. */
  sent: MediaStreamTrack | undefined;
  readonly tones: ToneQueue;
  audio: HTMLAudioElement | undefined;
  /** The transfer under way on this session. */
  transferId: string | undefined;
  /** REFERs that came on this session. */
  refersReceived: number;
  /** The session that this one is to take the place of. */
  readonly movedFrom: string | undefined;
  /** When a call that is taken back was answered; epoch ms. */
  readonly since: number | undefined;
  /** A REFER came. */
  referred(referral: Referral): void;
  tell(event: PhoneEvent): void;
  /** What the other side says is played by this. */
  played(element: HTMLAudioElement): void;
  now(): number;
  /** Does something once, so many milliseconds from now. */
  later(ms: number, run: () => void): void;
}

export function lineId(session: Session): string {
  if (session instanceof Inviter) return session.request.callId;
  if (session instanceof Invitation) return session.request.callId;
  throw new Error('A session is an Inviter or an Invitation');
}

/** Domain of the trunk under which the call goes: a trunk may have several. The trunk writes it into To. */
export function domainOf(session: Session): string {
  if (session instanceof Inviter || session instanceof Invitation) return session.request.to.uri.host;
  throw new Error('A session is an Inviter or an Invitation');
}

export function describe(line: Line): SessionStarted {
  const { session } = line;
  const identity = session.assertedIdentity ?? session.remoteIdentity;
  return {
    id: line.id,
    direction: line.direction,
    number: identity.uri.user ?? '',
    // sip.js types it as a string, and leaves it undefined where there is no display name.
    name: identity.displayName || '',
    at: line.now(),
    ...(line.movedFrom === undefined ? {} : { movedFrom: line.movedFrom }),
  };
}

/** Follows the session from here to its end. */
export function watch(line: Line): void {
  const { session } = line;
  session.delegate = {
    onBye: (bye) => {
      end(line, { by: 'them', method: 'BYE', ...reasonHeader(bye.request) });
      void bye.accept();
    },
    onCancel: (cancel) => end(line, { by: 'them', method: 'CANCEL', ...reasonHeader(cancel.request) }),
    onInvite: (request) => change(line, { to: 'held-by-remote', on: isHoldOffer(request.body) }),
    onRefer: (referral) => line.referred(referral),
    onSessionDescriptionHandler: (handler) => {
      if (!line.audio) line.played((line.audio = playRemote(handler as MediaHandler)));
      applySending(line);
    },
  };
  const early = keepEarlyRefers(session);
  session.stateChange.addListener((state) => {
    if (state === SessionState.Established) {
      established(line);
      early.forEach((receive) => receive());
    }
    // A session can also end by itself, e.g. when no ACK came: then nobody says why. sip.js tells a rejection's
    // status only after this, within the same tick.
    if (state === SessionState.Terminated) queueMicrotask(() => end(line, { by: 'them', method: 'none' }));
  });
}

/**
 * A platform may refer us in the moment in which it answers. Until our side has taken the answer in, sip.js would drop
 * that REFER without a response.
 * @returns what is to be received once the session is established
 */
function keepEarlyRefers(session: Session): (() => void)[] {
  const early: (() => void)[] = [];
  // The only place that sees it in time, and protected.
  const receiver = session as unknown as { onReferRequest(request: IncomingReferRequest): void };
  const receive = receiver.onReferRequest.bind(session);
  receiver.onReferRequest = (request) => {
    if (session.state === SessionState.Establishing) early.push(() => receive(request));
    else receive(request);
  };
  return early;
}

export function change(line: Line, what: SessionChange): void {
  if (line.stage === 'ended') return;
  line.tell({ type: 'sessionChanged', id: line.id, change: what });
}

export function stepRefer(line: Line, transferId: string, step: ReferStep): void {
  line.tell({ type: 'referStepped', id: line.id, transferId, step });
}

/** Ends the line in the console's eyes, once: the first to say why is right. */
export function end(line: Line, why: Omit<SessionEnd, 'at'>): void {
  if (line.stage === 'ended') return;
  line.stage = 'ended';
  line.tones.clear();
  if (line.audio) stopRemote(line.audio);
  line.audio = undefined;
  const ended: SessionEnd = { ...why, at: line.now() };
  if (line.transferId) stepRefer(line, line.transferId, { at: ended.at, kind: 'session-ended', end: ended });
  line.tell({ type: 'sessionEnded', id: line.id, end: ended });
}

/** The final response that refused our INVITE. */
export function refused(line: Line, response: IncomingResponseMessage): void {
  const { statusCode: status = 0, reasonPhrase: reason = '' } = response;
  end(line, { by: 'them', method: 'response', status, reason });
}

/** One pair of ears: whatever SIP has agreed on, a line without the focus neither sends nor is heard. */
export function applySending(line: Line): void {
  if (line.sent) line.sent.enabled = line.focused && !line.muted;
  if (line.audio) line.audio.muted = !line.focused;
}

/** Where ICE has not reached the trunk by then it never will; there is time left for the other way (W28). */
const CHANGE_OVER_MS = 2000;

function established(line: Line): void {
  line.stage = 'live';
  applySending(line);
  change(line, { to: 'established', at: line.since ?? line.now() });
  const handler = handlerOf(line.session);
  if (!handler) return;
  const tell = (media: MediaState) => change(line, { to: 'media', ...media });
  watchMedia({
    connection: handler,
    candidates: () => handler.candidates,
    limitMs: () => (handler.mayChangeOver && !handler.reached ? CHANGE_OVER_MS : MEDIA_LIMIT_MS),
    over: () => line.stage === 'ended',
    now: line.now,
    later: line.later,
    tell: (media) => {
      const hopeless = media.state === 'failed' && media.why !== 'lost';
      if (hopeless && handler.mayChangeOver) changeOver(line, () => tell(media));
      else tell(media);
    },
  });
}

/** RFC 3326: `Reason: SIP;cause=200;text="Call completed elsewhere"`. */
function reasonHeader(request: IncomingRequestMessage): { status?: number; reason?: string } {
  const header = request.getHeader('Reason') ?? '';
  const cause = /;\s*cause\s*=\s*(\d{3})/i.exec(header)?.[1];
  const text = /;\s*text\s*=\s*"?([^";]+)/i.exec(header)?.[1];
  return { ...(cause ? { status: Number(cause) } : {}), ...(text ? { reason: text } : {}) };
}
