/** Why an HTTP request or a command was not done: `code` for programs, `message` for people. */
import type { CommandError } from '../../contract/commands.ts';
import { statusOf } from '../../contract/wire.ts';
import { TrunkRefusal } from '../../core/api/trunk.ts';
import { BadCursor, RecordsUnreadable } from '../../core/cdr/index.ts';
import type { Logger } from '../../core/log/logger.ts';

type Code =
  | CommandError['code']
  | 'unauthorized'
  | 'forbidden'
  | 'method-not-allowed'
  | 'too-large'
  | 'not-implemented';

const statuses: Record<Code, number> = {
  ...statusOf,
  unauthorized: 401,
  forbidden: 403,
  'method-not-allowed': 405,
  'too-large': 413,
  'not-implemented': 501,
};

/** A failure that the other side may read. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: Code;

  constructor(code: Code, message: string) {
    super(message);
    this.code = code;
  }

  get status(): number {
    return statuses[this.code];
  }
}

/** What of an error the other side may know: refusals in full, bugs not at all (they go to the log). */
export function problemOf(error: unknown, log: Logger): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof TrunkRefusal) return new Problem(error.code, error.message);
  if (error instanceof RecordsUnreadable) return new Problem('unavailable', error.message);
  if (error instanceof BadCursor) return new Problem('bad-request', error.message);
  log.error({ err: error }, 'a request failed');
  return new Problem('internal', 'The trunk failed to do this; its log says more.');
}

/** The first thing that is wrong with a request, with the path of the field. */
export function firstIssue(error: {
  issues: ReadonlyArray<{ path: readonly PropertyKey[]; message: string }>;
}): string {
  const issue = error.issues[0];
  if (!issue) return 'The request is not valid.';
  return issue.path.length ? `${issue.path.map(String).join('.')}: ${issue.message}` : issue.message;
}
