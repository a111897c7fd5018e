export { diagnose } from './diagnosis/diagnose.ts';
export { ladderMermaid } from './mermaid.ts';
export { ladderText } from './text.ts';
export { redact } from './redact.ts';
export { Tracer } from './tracer.ts';
export type { LegBinding } from './call-trace.ts';
export type { Finding } from './diagnosis/finding.ts';
export type { Ladder, LadderMessage, Lifeline } from './ladder.ts';
