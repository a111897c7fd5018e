const LIMIT_MS = 2000;

/** What `promise` brings, or an error when it brings nothing in two seconds: by then the process is not responsive. */
export function within<T>(what: string, promise: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`not within ${LIMIT_MS} ms: ${what}`)), LIMIT_MS);
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
