import { expect, it } from 'vitest';
import { configFileIn } from '../../src/main/desktop/arguments.ts';

it.each([
  [['/opt/Patchcord/patchcord', '--config=/home/Ann/My.json'], '/home/Ann/My.json'],
  [['electron', '/app', '--config', 'My.json'], 'My.json'],
  [['electron', '--no-sandbox', '--js-flags=--expose-gc', '.', '--config=a=b.json', '--inspect'], 'a=b.json'],
  [['electron', '.'], undefined],
  [['electron', '.', '--config='], undefined],
  [['electron', '.', '--config'], undefined],
  [['electron', '.', '--configuration=x'], undefined],
])('of %j the configuration is %s', (argv, file) => {
  expect(configFileIn(argv)).toBe(file);
});
