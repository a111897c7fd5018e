import { pino, destination, type DestinationStream, type Level } from 'pino';
import type { Logger } from './logger.ts';

/** Fields that must not be logged at all; a slip is masked here. */
const SECRETS = [
  'password',
  'token',
  'secret',
  'authorization',
  '*.password',
  '*.token',
  '*.secret',
  '*.authorization',
];

/**
 * Structured log, one JSON object a line, on stderr: stdout belongs to the command's own output.
 * @param stream where lines go instead of stderr
 */
export function createLogger(level: Level | 'silent', stream: DestinationStream = destination(2)): Logger {
  return pino({ level, base: null, redact: { paths: SECRETS, censor: '[redacted]' } }, stream);
}
