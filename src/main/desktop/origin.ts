/** The origin of the desktop console: its own scheme, so that it is neither a file nor on the network. */

export const scheme = 'app';
export const consoleOrigin = `${scheme}://patchcord`;

/** Whether a URL belongs to an origin; what is not a URL belongs to none. */
export function isOf(origin: string, url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, host } = new URL(url);
  // `URL.origin` is "null" for schemes that the URL standard does not know.
  return `${protocol}//${host}` === origin;
}
