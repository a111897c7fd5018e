/** What no page of the desktop app may do, whatever runs in it. */
import type { App, Session } from 'electron';
import { isOf } from './origin.ts';

/** What the console needs beside the microphone. */
const otherPermissions: readonly string[] = [
  // Somebody copies a ladder.
  'clipboard-sanitized-write',
  // A call comes in while the window is hidden.
  'notifications',
  // The console's WebSocket and its audio go to the trunk on 127.0.0.1. Chromium's local network access asks for
  // that since version 147, by three names: the last one is what it was called before it was split.
  'loopback-network',
  'local-network',
  'local-network-access',
];

/** Every page stays where it is, opens no window and embeds nothing. */
export function lockNavigation(app: App, origin: string): void {
  app.on('web-contents-created', (_, contents) => {
    contents.on('will-navigate', (event) => {
      if (!isOf(origin, event.url)) event.preventDefault();
    });
    contents.on('will-redirect', (event) => {
      if (!isOf(origin, event.url)) event.preventDefault();
    });
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  });
}

/**
 * The console gets the microphone and the list above; nobody gets anything else. Both handlers say the same: some
 * interfaces check, some request, and most do the second after the first.
 */
export function limitPermissions(session: Session, origin: string): void {
  session.setPermissionRequestHandler((_contents, permission, answer, details) => {
    const audioOnly =
      permission === 'media' &&
      'mediaTypes' in details &&
      details.mediaTypes?.length === 1 &&
      details.mediaTypes[0] === 'audio';
    answer((audioOnly || otherPermissions.includes(permission)) && isOf(origin, details.requestingUrl));
  });
  session.setPermissionCheckHandler((_contents, permission, requestingOrigin, details) => {
    const audio = permission === 'media' && details.mediaType !== 'video';
    return (audio || otherPermissions.includes(permission)) && isOf(origin, requestingOrigin);
  });
}
