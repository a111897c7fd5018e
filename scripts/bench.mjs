/**
 * `npm run bench`: measures Patchcord beside its peers in the same run. With names of parts, only those:
 * `npm run bench -- parse latency`. A missed target is printed as MISSED; only an error ends with a status of its own.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { underFitNode } from './lib/node.mjs';
import { buildIfStale } from './lib/build.mjs';

const root = path.resolve(import.meta.dirname, '..');
const bench = path.join(root, 'bench');
/** In the order in which they run. */
const parts = ['parse', 'latency', 'media', 'mix', 'memory', 'calls', 'overload'];

const HELP = `Measures Patchcord beside its peers in the same run. Targets that are missed are marked MISSED.

  npm run bench               all parts, about half an hour
  npm run bench -- PART…      only these

  parse     parsing and printing, beside the npm packages drachtio-sip and sip
  latency   INVITE in to INVITE out, beside npm sip; REFER to NOTIFY
  media     answering a call to its first audio packet, in a browser
  mix       what a leg costs in a mix of nine, by codec
  memory    the heap after 1,000 and after 10,000 calls; needs SIPp
  calls     CPU and memory per call and the highest rate, beside npm sip and Kamailio; needs SIPp
  overload  how many calls succeed at twice the highest clean rate; needs SIPp

Let nothing else run on the machine meanwhile.`;

if (await underFitNode(root)) process.exitCode = main(process.argv.slice(2));

function main(wanted) {
  if (wanted.includes('--help') || wanted.includes('-h')) {
    console.log(HELP);
    return 0;
  }
  const unknown = wanted.filter((part) => !parts.includes(part));
  if (unknown.length > 0) {
    console.error(`There is no part ${unknown.join(', ')}: choose from ${parts.join(', ')}.`);
    return 2;
  }
  const chosen = parts.filter((part) => wanted.length === 0 || wanted.includes(part));
  if (!installPeers()) return 1;
  if (chosen.some((part) => part !== 'parse') && !buildIfStale(root)) return 1;
  let status = 0;
  for (const part of chosen) {
    const args = ['--disable-warning=ExperimentalWarning', '--expose-gc', path.join(bench, `${part}.ts`)];
    const run = spawnSync(process.execPath, args, { stdio: 'inherit', cwd: root });
    if (run.status !== 0) {
      console.error(`The part ${part} failed.`);
      status = 1;
    }
  }
  return status;
}

/** The peers are no dependencies of the product: they live in a folder of their own, from their own lock file. */
function installPeers() {
  const lock = path.join(bench, 'package-lock.json');
  const installed = path.join(bench, 'node_modules', '.package-lock.json');
  const wanted = Object.keys(JSON.parse(readFileSync(lock, 'utf8')).packages).filter((name) => name !== '');
  if (existsSync(installed) && wanted.every((name) => existsSync(path.join(bench, name)))) return true;
  console.error('Installing the peers…');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const args = ['ci', '--no-audit', '--no-fund', '--ignore-scripts'];
  const { status } = spawnSync(npm, args, { cwd: bench, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
  return status === 0;
}
