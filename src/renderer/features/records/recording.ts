/** Fetches a recording part by part, as something that an audio element can play. */
import { useEffect, useState } from 'react';
import type { ContractClient } from '../../../contract/client.ts';
import { problemOf } from '../../store/ladder.ts';
import { useConsole } from '../../store/store.ts';

export type Fetched =
  | { readonly state: 'loading'; /** 0 to 1 */ readonly part: number }
  | { readonly state: 'ready'; readonly url: string }
  | { readonly state: 'failed'; readonly problem: string };

/** The recording of a record; fetched while the component lives. */
export function useRecording(recordId: string): Fetched {
  const send = useConsole((console) => console.send);
  const [fetched, setFetched] = useState<Fetched>({ state: 'loading', part: 0 });
  useEffect(() => {
    let gone = false;
    let url: string | undefined;
    const told = (next: Fetched): void => {
      if (!gone) setFetched(next);
    };
    told({ state: 'loading', part: 0 });
    fetchRecording(send, recordId, (part) => {
      told({ state: 'loading', part });
      return !gone;
    }).then(
      (blob) => {
        if (gone || !blob) return;
        url = URL.createObjectURL(blob);
        told({ state: 'ready', url });
      },
      (failure: unknown) => told({ state: 'failed', problem: problemOf(failure) }),
    );
    return () => {
      gone = true;
      if (url !== undefined) URL.revokeObjectURL(url);
    };
  }, [send, recordId]);
  return fetched;
}

/** @param goOn told how much has come; false gives up */
async function fetchRecording(
  send: ContractClient['send'],
  recordId: string,
  goOn: (part: number) => boolean,
): Promise<Blob | undefined> {
  const parts: Blob[] = [];
  let offset = 0;
  for (;;) {
    const { size, base64 } = await send('recording.read', { recordId, offset });
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    parts.push(new Blob([bytes]));
    offset += bytes.length;
    if (!goOn(size === 0 ? 1 : offset / size)) return undefined;
    if (offset >= size || bytes.length === 0) return new Blob(parts, { type: 'audio/wav' });
  }
}
