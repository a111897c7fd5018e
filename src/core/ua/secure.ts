/** Whether a URI asks for TLS on the whole way to its domain. RFC 3261 §26.2.2. */
export function isSecure(uri: string): boolean {
  return /^sips:/i.test(uri);
}
