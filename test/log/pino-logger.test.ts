import { describe, expect, it } from 'vitest';
import { createLogger } from '../../src/core/log/pino-logger.ts';

function logTo(lines: Record<string, unknown>[], level: 'debug' | 'warn' = 'debug') {
  return createLogger(level, { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) });
}

describe('the log', () => {
  it('writes one object a line, with the fields of its parents', () => {
    const lines: Record<string, unknown>[] = [];
    logTo(lines).child({ call: 'c1' }).info({ leg: 'A' }, 'answered');
    expect(lines).toEqual([{ level: 30, time: expect.any(Number) as number, call: 'c1', leg: 'A', msg: 'answered' }]);
  });

  it('keeps quiet below its level', () => {
    const lines: Record<string, unknown>[] = [];
    const log = logTo(lines, 'warn');
    log.debug({}, 'a');
    log.info({}, 'b');
    log.warn({}, 'c');
    log.error({}, 'd');
    expect(lines.map(({ msg }) => msg)).toEqual(['c', 'd']);
  });

  it('masks a secret that slipped into the fields', () => {
    const lines: Record<string, unknown>[] = [];
    logTo(lines).info({ token: 'abc', user: { password: 'def', name: 'alice' } }, 'login');
    expect(lines[0]).toMatchObject({ token: '[redacted]', user: { password: '[redacted]', name: 'alice' } });
  });
});
