import type { TwimlCode } from '../twiml/problem.ts';

/** Why an attempt brought no answer. */
export interface Failure {
  readonly code: TwimlCode;
  readonly text: string;
  /** The TCP connection stood. */
  readonly connected: boolean;
  /** Another try may help, and does no harm: the application cannot have acted on this one. */
  readonly retryable: boolean;
}

const byCode: ReadonlyMap<string, readonly [TwimlCode, string]> = new Map([
  ['ECONNREFUSED', [11202, 'refused the connection']],
  ['ETIMEDOUT', [11201, 'did not accept the connection in time']],
  ['ERR_TLS_CERT_ALTNAME_INVALID', [11235, 'has a certificate for another host']],
  ['CERT_HAS_EXPIRED', [11236, 'has a certificate that has expired']],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', [11237, 'has a certificate that it signed itself']],
  ['SELF_SIGNED_CERT_IN_CHAIN', [11237, 'has a certificate that is not trusted']],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', [11237, 'has a certificate that is not trusted']],
  ['UNABLE_TO_GET_ISSUER_CERT', [11237, 'has a certificate that is not trusted']],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', [11237, 'has a certificate that is not trusted']],
  ['EPROTO', [11220, 'does not speak TLS as it should']],
]);

/** What an error of Node's HTTP client means. `where` is host and port. */
export function failureOf(error: NodeJS.ErrnoException, where: string, connected: boolean): Failure {
  const code = error.code ?? '';
  const known = byCode.get(code) ?? byPrefix(code) ?? otherwise(connected);
  return { code: known[0], text: `${where} ${known[1]}.`, connected, retryable: !connected };
}

function byPrefix(code: string): readonly [TwimlCode, string] | undefined {
  if (code.startsWith('HPE_')) return [11206, 'sent what is not valid HTTP'];
  if (code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_')) return [11220, 'does not speak TLS as it should'];
  return undefined;
}

function otherwise(connected: boolean): readonly [TwimlCode, string] {
  return connected ? [11200, 'closed the connection before it had answered'] : [11205, 'cannot be reached'];
}
