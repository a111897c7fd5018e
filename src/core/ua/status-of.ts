/**
 * The status with which an exception refuses a request: its own where it knows one that refuses (`NoCommonCodec`, `BadSdp`,
 * `NoFreePort`…), else 500. Exceptions of libraries know none, or a property of that name that means something else.
 */
export function statusOf(error: unknown): number {
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  return typeof status === 'number' && Number.isInteger(status) && status >= 400 && status <= 699 ? status : 500;
}
