import type { Hangup } from '../../twiml/document.ts';
import type { Next, Run } from '../run.ts';

/** Ends the call. As the first verb it answers it all the same: only Reject does not. */
export async function runHangup(_: Hangup, { control }: Run): Promise<Next> {
  await control.answer();
  return { kind: 'end' };
}
