/** What `patchcord` prints on stdout: for people a summary, for programs one JSON object a line. */
import { styleText } from 'node:util';
import type { Host } from '../host/host.ts';
import { publicEvent } from '../host/public-event.ts';

/** @param print writes one line */
export function printJson(host: Host, print: (line: string) => void): void {
  const { trunk, url, token, feed } = host;
  const { domain, provider } = trunk.status();
  print(JSON.stringify({ event: 'ready', sip: trunk.addresses, http: url, token, domain, provider }));
  feed.subscribe(({ event }) => print(JSON.stringify(publicEvent(event))));
}

/**
 * @param consoleAddress with the token; undefined when there is no console
 * @param advice for who opens that address
 */
export function printSummary(
  host: Host,
  consoleAddress: string | undefined,
  version: string,
  print: (line: string) => void,
  advice: readonly string[] = [],
): void {
  const { trunk, url, token } = host;
  const { provider, domain } = trunk.status();
  print(`${styleText('bold', `Patchcord ${version}`)}: a ${provider} trunk for ${domain}`);
  print('');
  const row = (name: string, text: string): void => print(`  ${name.padEnd(10)}${text}`);
  if (consoleAddress !== undefined) {
    row('Console', styleText('bold', consoleAddress));
    for (const line of advice) row('', line);
  }
  const { udp, tcp, tls } = trunk.addresses;
  const listeners = { UDP: udp, TCP: tcp, TLS: tls };
  const sip = Object.entries(listeners).flatMap(([name, at]) => (at === undefined ? [] : `${at} (${name})`));
  row('SIP', sip.join(', '));
  row('API', `${url}/api/openapi.json (bearer token)`);
  const storage = trunk.storage();
  if (storage) row('Settings', storage.given ? `${storage.file} (written only when you ask)` : storage.file);
  if (consoleAddress === undefined) row('Token', token);
  print('');
  for (const { number, name, willDo } of trunk.directory()) row(number, `  ${name}: ${willDo}`);
  print('');
  print('Ctrl+C stops it.');
}
