/** Events as programs outside get them: over `/api/events` and on the standard output of `--json`. */
import type { ContractEvent } from '../../contract/events.ts';

const names = {
  trunkChanged: 'trunk',
  phoneChanged: 'phone',
  directoryChanged: 'directory',
  settingsChanged: 'settings',
  storageChanged: 'storage',
  callChanged: 'call',
  recordAdded: 'record',
  recordChanged: 'record',
  findingsChanged: 'findings',
  webhookFinished: 'webhook',
  applicationNotice: 'notice',
  messageTraced: 'message',
  qualityChanged: 'quality',
} as const satisfies Record<ContractEvent['type'], string>;

/** The event's name and, beside it, the fields of the contract's event. */
export type PublicEvent = { readonly event: (typeof names)[ContractEvent['type']] } & Readonly<Record<string, unknown>>;

export function publicEvent({ type, ...fields }: ContractEvent): PublicEvent {
  return { event: names[type], ...fields };
}
