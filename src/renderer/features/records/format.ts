/** How a record's values are written for people. */
import type { CallRecord } from '../../../contract/model.ts';

/** `0:07`, `12:30`, from an hour on `1:02:03`; parts of a second are dropped, as clocks do. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = String(seconds % 60).padStart(2, '0');
  return hours === 0 ? `${minutes}:${rest}` : `${hours}:${String(minutes).padStart(2, '0')}:${rest}`;
}

export const resultWords: Readonly<Record<CallRecord['result'], string>> = {
  answered: 'Answered',
  transferred: 'Transferred',
  busy: 'Busy',
  'no-answer': 'No answer',
  declined: 'Declined',
  canceled: 'Canceled',
  'not-found': 'Unknown number',
  failed: 'Failed',
  'peer-lost': 'Lost',
  interrupted: 'Interrupted',
};

export const endedByWords: Readonly<Record<CallRecord['endedBy'], string>> = {
  caller: 'Caller',
  endpoint: 'Endpoint',
  target: 'Target',
  trunk: 'Trunk',
  unknown: 'Unknown',
};

/** How the sound of a leg was encrypted. M5. */
export const encryptionWords = {
  none: 'not encrypted',
  sdes: 'encrypted (SRTP, SDES)',
  dtls: 'encrypted (DTLS-SRTP)',
} as const;
