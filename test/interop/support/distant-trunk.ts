/** The built trunk on a machine of its own, which is asked over its control API. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import type { LadderMessage } from '../../../src/nouns/ladder.ts';
import type { Namespace } from './namespace.ts';
import { temporaryFolder } from './tool.ts';

const root = path.resolve(import.meta.dirname, '../../..');

export interface DistantTrunk {
  readonly ready: { readonly sip: Readonly<Record<'udp' | 'tcp' | 'tls' | 'ws', string>>; readonly http: string };
  /** The port of SIP over UDP. */
  readonly port: string;
  /** A request to its API. @returns what came back, read as JSON */
  ask(path: string, method?: string, body?: object): any;
  /** All messages of a call, as far as it has gone. */
  messages(callId: string): readonly LadderMessage[];
  close(): Promise<void>;
}

const FETCH = `
const { url, method, token, body } = JSON.parse(process.argv[1]);
const headers = { authorization: 'Bearer ' + token };
const response = await fetch(url, { method, headers, body });
process.stdout.write(response.status === 204 ? 'null' : await response.text());
`;

export async function startDistant(machine: Namespace, config: object): Promise<DistantTrunk> {
  const folder = temporaryFolder();
  const file = path.join(folder.path, 'config.json');
  writeFileSync(file, JSON.stringify({ records: { file: ':memory:' }, ...config }));
  const program = machine.start(
    process.execPath,
    [path.join(root, 'scripts/patchcord.mjs'), 'trunk', '--json', '--config', file],
    folder.path,
    { env: { XDG_DATA_HOME: folder.path } },
  );
  const first = (): string => /^\{"event":"ready".*$/m.exec(program.output())?.[0] ?? '';
  await expect.poll(first, { timeout: 60_000, message: program.output() }).not.toBe('');
  const ready = JSON.parse(first());
  const ask: DistantTrunk['ask'] = (target, method = 'GET', body) =>
    JSON.parse(
      machine.script(FETCH, {
        url: `${ready.http}${target}`,
        token: ready.token,
        method,
        body: body && JSON.stringify(body),
      }),
    );
  return {
    ready,
    port: ready.sip.udp.split(':').at(-1),
    ask,
    messages: (id) => ask(`/api/calls/${id}/trace`).messages,
    close: async () => {
      await program.stop();
      folder.remove();
    },
  };
}
