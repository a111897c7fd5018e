import type { Logger } from '../../src/core/log/logger.ts';

/**
 * A logger for tests: an error that core contains and logs, such as an assertion in a callback, still fails the test.
 */
export const loud: Logger = {
  debug() {},
  info() {},
  warn() {},
  error(fields, message) {
    throw new Error(message, { cause: 'err' in fields ? fields.err : fields });
  },
  child: () => loud,
};
