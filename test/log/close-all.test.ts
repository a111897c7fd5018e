import { describe, expect, it } from 'vitest';
import { CLOSE_LIMIT_MS, closeAll, Opened } from '../../src/core/log/close-all.ts';
import type { Logger } from '../../src/core/log/logger.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

function closing() {
  const clock = new VirtualClock();
  const logged: string[] = [];
  const log: Logger = {
    debug() {},
    info() {},
    warn() {},
    error: (fields, message) => logged.push(`${(fields as { what: string }).what}: ${message}`),
    child: () => log,
  };
  const closed: string[] = [];
  const close = (name: string) => () => void closed.push(name);
  return { clock, log, logged, closed, close };
}

describe('W7: closing', () => {
  it('closes every owner, also when one before it throws, rejects or never comes to an end', async () => {
    const { clock, log, logged, closed, close } = closing();
    const done = closeAll({ clock, log }, [
      ['first', close('first')],
      [
        'throws',
        () => {
          throw new Error('a bug');
        },
      ],
      ['rejects', () => Promise.reject(new Error('a bug'))],
      ['hangs', () => new Promise(() => {})],
      ['store', close('store')],
    ]);
    await clock.advanceAsync(CLOSE_LIMIT_MS);
    await done;
    expect(closed).toEqual(['first', 'store']);
    expect(logged.map((line) => line.split(':')[0])).toEqual(['throws', 'rejects', 'hangs']);
    expect(clock.pending).toBe(0);
  });

  it('goes the way back that the opening went, once', async () => {
    const { clock, log, closed, close } = closing();
    const opened = new Opened({ clock, log });
    opened.add('store', close('store'));
    opened.add('media', close('media'));
    opened.add('sockets', close('sockets'));
    await Promise.all([opened.close(), opened.close()]);
    expect(closed).toEqual(['sockets', 'media', 'store']);
  });
});
