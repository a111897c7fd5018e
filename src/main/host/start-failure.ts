/** Reasons why a host cannot start, as one line for people that says what to change. */
import { RecordsUnavailable } from '../../core/cdr/index.ts';
import { AddressInUse, CertificateUnusable } from '../../core/transport/index.ts';

/** The HTTP port is held by somebody else. */
export class HttpPortInUse extends Error {
  override readonly name = 'HttpPortInUse';

  /** @param address `host:port` */
  constructor(address: string) {
    super(`HTTP address ${address} is already in use`);
  }
}

/** Undefined when the error is no failure of the surroundings but a bug. */
export function startFailure(error: unknown): string | undefined {
  if (error instanceof HttpPortInUse) {
    return `${error.message}: choose another port with --port or listen.http (0 takes any free one).`;
  }
  if (error instanceof AddressInUse) {
    const key = `listen.${error.transport.toLowerCase()}`;
    return `${error.message}: choose another port with ${key} in the configuration (0 takes any free one).`;
  }
  if (error instanceof CertificateUnusable) return `${error.message}: see tls in the configuration.`;
  if (error instanceof RecordsUnavailable) return error.message;
  if (error instanceof Error && 'syscall' in error && 'code' in error) return `Cannot start: ${error.message}.`;
  return undefined;
}
