/** Serves the built console under `app://patchcord`, with the policy that the browser console has too. */
import { protocol } from 'electron';
import { consoleFiles } from '../host/console-files.ts';
import { securityHeaders } from '../host/headers.ts';
import { consoleOrigin, isOf, scheme } from './origin.ts';

/** Must run before the app is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** @param sockets origins of the WebSockets that the page may open */
export function serveScheme(folder: string, sockets: readonly string[]): void {
  const files = consoleFiles(folder);
  const headers = securityHeaders(sockets);
  protocol.handle(scheme, async ({ url, method }) => {
    const file = isOf(consoleOrigin, url) && method === 'GET' ? files(new URL(url).pathname) : undefined;
    if (!file) return new Response('There is nothing at this address.', { status: 404, headers });
    return new Response(await file.read(), { headers: { ...headers, 'content-type': file.type } });
  });
}
