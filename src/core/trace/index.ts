export { ladderMermaid } from './mermaid.ts';
export { ladderText } from './text.ts';
export { redact } from './redact.ts';
export { extendTrace, packLadder, unpackLadder } from './packed.ts';
export { Tracer } from './tracer.ts';
export type { LateEntry } from './describe.ts';
export type { LegBinding } from './call-trace.ts';
