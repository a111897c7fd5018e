/** `npm start`: the desktop app where it can be had, else the same console in the browser. */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { buildIfStale } from './lib/build.mjs';
import { desktopObstacle, obtainElectron, runElectron } from './lib/electron.mjs';
import { underFitNode } from './lib/node.mjs';

/** Taken now: whoever started us may be gone after the build. */
const parent = process.ppid;
const root = path.resolve(import.meta.dirname, '..');
const help = `Usage: npm start -- [options]

Builds Patchcord when its sources changed, starts the trunk and opens the console:
the desktop app, or where Electron cannot be had a window of Chrome, Chromium, Edge, Brave or Vivaldi (the first that is
found, or PATCHCORD_BROWSER=PATH), or else the default browser.

Options
  --browser       the browser console, also where the desktop app could be had
  --no-open       the browser console; its address is printed and nothing is opened
  --config FILE   configuration, JSON
  --port N        HTTP port instead of listen.http (browser console)
  --help
`;

const options = readOptions();
if (options && (await underFitNode(root))) process.exitCode = await start(options);

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        browser: { type: 'boolean', default: false },
        'no-open': { type: 'boolean', default: false },
        config: { type: 'string' },
        port: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (!values.help) return values;
    process.stdout.write(help);
  } catch (error) {
    console.error(`${error.message.split('. ')[0]}.\nTry: npm start -- --help`);
    process.exitCode = 2;
  }
  return undefined;
}

async function start({ browser, config, port, 'no-open': noOpen }) {
  const configFile = config === undefined ? undefined : path.resolve(config);
  const wanted = !browser && !noOpen;
  const obstacle = wanted ? desktopObstacle() : undefined;
  // Electron is looked for while the build runs in a process of its own.
  const looking = wanted && !obstacle ? obtainElectron(root) : undefined;
  if (!buildIfStale(root)) return 1;
  const binary = await looking;
  if (binary) {
    const args = configFile === undefined ? [root] : [root, `--config=${configFile}`];
    const { status, started } = await runElectron(binary, args);
    if (started) return status;
  }
  if (wanted) {
    const why = obstacle ?? (binary ? 'Electron could not start' : 'Electron cannot be fetched');
    console.error(`No desktop app here (${why}): this is the browser console.`);
  }
  const { main } = await import(pathToFileURL(path.join(root, 'out/main/patchcord.js')).href);
  const args = [
    'serve',
    ...(configFile === undefined ? [] : ['--config', configFile]),
    ...(port === undefined ? [] : ['--port', port]),
    ...(noOpen ? ['--no-open'] : []),
  ];
  return main(args, parent);
}
