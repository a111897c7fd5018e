/** Who may talk to the HTTP server: the right host name, the right origin, the right token. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { Problem } from './problem.ts';

export interface Guard {
  /**
   * Refuses host names that are not ours: a page of another site that rebinds its name to this address
   * still sends that name. An address literal cannot be rebound.
   * @throws Problem 403
   */
  checkHost(request: IncomingMessage): void;
  /**
   * Refuses pages of other origins; programs send no Origin.
   * @throws Problem 403
   */
  checkOrigin(request: IncomingMessage): void;
  /** @throws Problem 401 */
  checkBearer(request: IncomingMessage): void;
  isToken(candidate: string): boolean;
}

/**
 * @param options.hosts names beside `localhost` and address literals under which the server may be reached
 * @param options.origins as the Origin header spells them
 */
export function createGuard(options: {
  token: string;
  hosts: readonly string[];
  origins: () => readonly string[];
}): Guard {
  const digest = sha256(options.token);
  const isToken = (candidate: string): boolean => timingSafeEqual(sha256(candidate), digest);
  return {
    checkHost({ headers }) {
      const name = hostNameOf(headers.host);
      if (name === 'localhost' || isIP(name) || options.hosts.includes(name)) return;
      throw new Problem('forbidden', 'This server is not known by that host name.');
    },
    checkOrigin({ headers }) {
      if (headers.origin === undefined || options.origins().includes(headers.origin)) return;
      throw new Problem('forbidden', 'Pages of this origin may not use the trunk.');
    },
    checkBearer({ headers }) {
      const candidate = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
      if (candidate !== undefined && isToken(candidate)) return;
      throw new Problem('unauthorized', 'A valid bearer token is needed; the trunk prints it at its start.');
    },
    isToken,
  };
}

/** The name without port and brackets, or `''`. */
function hostNameOf(host: string | undefined): string {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:[\]]+))(?::\d+)?$/i.exec(host ?? '');
  return (match?.[1] ?? match?.[2] ?? '').toLowerCase();
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
