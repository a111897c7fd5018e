export { RecordsUnavailable } from './database.ts';
export { RecordsUnreadable } from './health.ts';
export { BadCursor } from './query.ts';
export { RecordStore } from './store.ts';
export type { RecordStoreOptions } from './store.ts';
export type { RecordInProgress } from './record.ts';
