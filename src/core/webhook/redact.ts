/** The URL for logs, exchanges and messages: credentials in it replaced, no fragment. */
export function redacted(url: URL): string {
  const copy = new URL(url);
  if (copy.username !== '' || copy.password !== '') {
    copy.username = '***';
    copy.password = '';
  }
  copy.hash = '';
  return copy.href;
}
