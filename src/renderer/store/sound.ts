/** What the operator and the other side can hear of each other, and why not. Pure. (W28) */
import type { MediaFailure } from '../phone/media-health.ts';
import type { Microphone } from '../phone/phone.ts';
import type { Line } from './line-model.ts';

/** Nothing comes from the microphone: in which words? Undefined when something may. */
function microphoneTrouble(microphone: Microphone): string | undefined {
  switch (microphone.state) {
    case 'missing':
      return 'no microphone';
    case 'denied':
      return 'microphone not allowed';
    case 'failed':
      return 'microphone failed';
    case 'asking':
      return 'microphone not open yet';
    case 'ready':
      return undefined;
    default:
      return microphone satisfies never;
  }
}

/** A call goes on, and nothing of ours can come through. While the microphone is still asked for, nobody knows. */
export function isUnheard(line: Line | undefined, microphone: Microphone | undefined): boolean {
  if (line?.state !== 'live' || microphone === undefined || microphone.state === 'asking') return false;
  return microphoneTrouble(microphone) !== undefined;
}

const FAILURES: Readonly<Record<MediaFailure, { short: string; why: string; fix: string }>> = {
  'no-candidates': {
    short: 'no network address',
    why: 'This browser found no address from which it could send sound. Without a network, browsers leave out the machine’s own.',
    fix: 'Open the console with “npm start”, which starts the desktop app or a browser that may use it (--allow-loopback-in-peer-connection). Or connect this machine to a network. Then call again.',
  },
  'ice-failed': {
    short: 'trunk not reached',
    why: 'The browser could not reach the port on which the trunk waits for sound (ICE failed).',
    fix: 'Look for a firewall, a VPN or a browser extension that keeps UDP to 127.0.0.1 back. Then call again.',
  },
  'dtls-failed': {
    short: 'no encryption agreed',
    why: 'Browser and trunk agreed on no keys for the sound (DTLS failed).',
    fix: 'Hang up and call again; if that does not help, restart the trunk.',
  },
  'socket-failed': {
    short: 'WebSocket for the sound not open',
    why: 'The sound of this call goes over a WebSocket to the trunk, and that could not be opened.',
    fix: 'Look for a browser extension or a proxy that keeps WebSockets back. Then call again.',
  },
  lost: {
    short: 'connection broke off',
    why: 'The connection for the sound broke off during the call.',
    fix: 'Wait a moment: it may come back by itself. Else hang up and call again.',
  },
};

/** No sound at all: why, shortly and at length, and what to do. */
export function soundTrouble(line: Line): { short: string; why: string; fix: string } | undefined {
  if (line.state !== 'live' || line.media?.state !== 'failed') return undefined;
  return FAILURES[line.media.why];
}

/** What of our own is true of the map: the bridge knows only what it would pass on. */
export interface OwnSound {
  hears: boolean;
  speaks: boolean;
  /** Beside the dot of the operator. */
  note?: string;
  /** The same as a sentence. */
  words?: string;
}

export const BOTH_WAYS: OwnSound = { hears: true, speaks: true };

export function ownSound(line: Line, microphone: Microphone): OwnSound {
  const media = line.media?.state ?? 'connecting';
  if (line.state === 'live' && media !== 'connected') {
    const trouble = soundTrouble(line);
    const note = trouble ? 'no sound' : 'connecting';
    const words = trouble ? `There is no sound: ${trouble.short}.` : 'The sound is being connected.';
    return { hears: false, speaks: false, note, words };
  }
  const trouble = microphoneTrouble(microphone);
  if (trouble !== undefined) {
    return { hears: true, speaks: false, note: trouble, words: `Nothing comes from your microphone: ${trouble}.` };
  }
  if (microphone.state === 'ready' && microphone.silent) {
    return { hears: true, speaks: false, note: 'microphone silent', words: 'Nothing comes from your microphone.' };
  }
  if (line.muted) return { hears: true, speaks: false, note: 'muted', words: 'You are muted.' };
  return BOTH_WAYS;
}
