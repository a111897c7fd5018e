/** What nobody has caught: it is logged, and the trunk lives on with the calls that have nothing to do with it (W3). */
import type { Logger } from '../core/log/logger.ts';

/** From here on no exception ends the process. Only for a trunk that runs: one that cannot start has to say so and end. */
export function outliveExceptions(process: NodeJS.Process, log: Logger): void {
  process.on('uncaughtException', (error) => {
    log.error({ err: error }, 'an exception that nobody caught; calls go on');
  });
  process.on('unhandledRejection', (error) => {
    log.error({ err: error }, 'a promise failed that nobody waited for; calls go on');
  });
}
