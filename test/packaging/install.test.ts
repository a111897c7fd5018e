/** What `npm ci` would warn of, and what is true instead. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { expect, it } from 'vitest';

interface Package {
  readonly engines?: { readonly node?: string };
  readonly optional?: boolean;
  readonly hasInstallScript?: boolean;
  readonly resolved?: string;
}

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string): any => JSON.parse(readFileSync(path.join(root, file), 'utf8'));
// One of the packager's own modules.
const semver = createRequire(createRequire(import.meta.url).resolve('electron-builder'))('semver') as {
  minVersion(range: string): { version: string };
  satisfies(version: string, range: string): boolean;
};

const manifest = read('package.json');
const { packages } = read('package-lock.json') as { packages: Record<string, Package> };
const dependencies = Object.entries(packages).filter(([where]) => where !== '');
const nameOf = (where: string): string => where.replace(/^.*node_modules\//, '');

it('npm ci has no install script to ask about: each is decided', () => {
  const scripts = dependencies.filter(([, { hasInstallScript }]) => hasInstallScript).map(([where]) => nameOf(where));
  expect(Object.keys(manifest.allowScripts).toSorted()).toEqual(scripts.toSorted());
});

it('npm ci does not warn of the Node that a machine has: run "npm run lock" when this fails', () => {
  const { version } = semver.minVersion(manifest.engines.node);
  const refusing = dependencies.filter(
    ([, { engines, optional }]) => !optional && engines?.node !== undefined && !semver.satisfies(version, engines.node),
  );
  expect(refusing.map(([where, { engines }]) => `${where} needs ${engines?.node}`)).toEqual([]);
});

it('and that hides nothing: every package accepts the Node that comes with npm ci', () => {
  const versions = new Set(
    Object.entries<string>(manifest.optionalDependencies).flatMap(([name, version]) =>
      name.startsWith('node-') ? [version] : [],
    ),
  );
  expect(versions.size).toBe(1);
  const [version = ''] = versions;
  const installed = dependencies.filter(([where]) => existsSync(path.join(root, where, 'package.json')));
  expect(installed.length).toBeGreaterThan(100);
  const refusing = installed.flatMap(([where]) => {
    const { engines } = read(path.join(where, 'package.json')) as Package;
    return engines?.node === undefined || semver.satisfies(version, engines.node) ? [] : [`${where}: ${engines.node}`];
  });
  expect(refusing).toEqual([]);
});

it('the lock file names no registry', () => {
  expect(dependencies.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
});
