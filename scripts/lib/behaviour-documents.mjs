/** docs/BEHAVIOURS.md and docs/TESTS.md: which behaviour is proven, and by which tests. */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { families, idsIn, sayingOf } from './behaviour-ids.mjs';

const projects = ['source', 'isolated', 'browser', 'live', 'alone', 'interop'];
/** Characters of what a test says that still are easy to read. */
const READABLE = 110;
/** By id: a piece of the title of the test that people should see, after its file and `#` where others have it too. */
const preferred = Object.assign({}, ...families.map(({ shown }) => shown));
/** By id: what is not proven yet although a test names it. */
const missing = Object.assign({}, ...families.map((each) => each.missing));
const sentences = Object.assign({}, ...families.map(({ behaviours }) => behaviours));

/**
 * Every test whose title names an id, as vitest lists them; none is run.
 * @returns {{ id: string, file: string, title: string }[]}
 */
export function provingTests(root) {
  const vitest = path.join(root, 'node_modules/vitest/vitest.mjs');
  const chosen = projects.flatMap((project) => ['--project', project]);
  const json = execFileSync(process.execPath, [vitest, 'list', '--json', ...chosen], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const tests = JSON.parse(json.slice(json.indexOf('[')));
  return tests.flatMap(({ name, file }) =>
    idsIn(name).map((id) => ({ id, file: path.relative(root, file).replaceAll('\\', '/'), title: name })),
  );
}

/** One line an id, with the test that says most of it. */
export function printBehaviours(tests) {
  const sections = families.flatMap(({ family, behaviours }) => [
    '',
    `## ${family}`,
    '',
    '| id | behaviour | proven by |',
    '|---|---|---|',
    ...Object.entries(behaviours).map(([id, what]) => `| ${id} | ${escape(what)} | ${proof(id, tests)} |`),
  ]);
  return [
    '# Behaviours',
    '',
    'Written by `npm run behaviours` from `behaviours.json` and the titles of the tests; do not edit. A behaviour is proven when',
    'a test names its id. One such test stands here (in `test/`), all of them in [TESTS.md](TESTS.md); `npm test` and',
    '`npm run test:interop` run them. *not yet*: no test names it.',
    ...sections,
    '',
  ].join('\n');
}

/** A line for every test of every id, so that two branches with new tests can be merged. */
export function printTests(tests) {
  const ids = families.flatMap(({ behaviours }) => Object.keys(behaviours));
  const sections = ids.flatMap((id) => {
    const lines = proofsOf(id, tests).map(({ file, title }) => `- \`${file}\` ${escape(title)}`);
    return lines.length === 0 ? [] : ['', `## ${id}`, '', ...lines];
  });
  return [
    '# The tests of each behaviour',
    '',
    'Written by `npm run behaviours`; do not edit. What the ids mean is in [BEHAVIOURS.md](BEHAVIOURS.md).',
    ...sections,
    '',
  ].join('\n');
}

function proof(id, tests) {
  const proofs = proofsOf(id, tests).toSorted((a, b) => rank(a, id) - rank(b, id));
  const best = proofs.find((test) => isPreferred(test, preferred[id])) ?? proofs[0];
  if (!best) return 'not yet';
  const said = sayingOf(best.title, id);
  const short = said.length <= READABLE ? said : `${said.slice(0, said.lastIndexOf(' ', READABLE))} …`;
  const but = missing[id] === undefined ? '' : `in part (${escape(missing[id])}): `;
  return `${but}\`${best.file.replace(/^test\//, '')}\` ${escape(short)}`;
}

function isPreferred({ file, title }, wish) {
  const [words, where = ''] = (wish ?? '').split('#').toReversed();
  return words !== '' && title.includes(words) && file.includes(where);
}

function proofsOf(id, tests) {
  return tests
    .filter((test) => test.id === id)
    .toSorted((a, b) => `${a.file} ${a.title}`.localeCompare(`${b.file} ${b.title}`, 'en'));
}

/**
 * The less, the better: what says most of the behaviour in its own words, with the id first, few others, and no
 * placeholders.
 */
function rank({ title }, id) {
  const own = title.split(' > ').at(-1);
  const first = own.startsWith(id) ? 0 : 1;
  const others = idsIn(title).length - 1;
  const vague = /%[sdijfo]|\$[\w.]+/.test(own) ? 1 : 0;
  return first + vague + others / 2 - 2 * shared(sayingOf(title, id), sentences[id]);
}

/** How many words two sentences share; their beginnings count, since `call` and `calls` mean the same. */
function shared(one, other) {
  const [left, right] = [one, other].map(
    (text) =>
      new Set(
        text
          .toLowerCase()
          .match(/[\p{L}\d-]{3,}/gu)
          ?.map(stem),
      ),
  );
  return left.intersection(right).size;
}

const stem = (word) => word.slice(0, 5).replace(/s$/, '');

function escape(text) {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('_', '\\_');
}
