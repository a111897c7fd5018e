/** What no page of the desktop app may do, whatever runs in it. */
import type { App, Session } from 'electron';
import { isOf } from './origin.ts';

/** Beside the microphone the console only writes to the clipboard, when somebody copies a ladder. */
const otherPermissions: readonly string[] = ['clipboard-sanitized-write'];

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

/** The console gets the microphone; nobody gets anything else. */
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
