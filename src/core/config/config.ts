/** The configuration of a trunk: read, checked, and with every default applied. */
import { z } from 'zod';
import { err, ok } from '../message/index.ts';
import { brokenRules } from './checks.ts';
import { parseJson } from './json.ts';
import { problemsOf } from './problems.ts';
import { CONFIG_VERSION, configSchema, numbersByDefault } from './schema.ts';
import type { Result } from '../message/index.ts';
import type { Config } from './schema.ts';

export type { Config } from './schema.ts';

/** The empty object is a working trunk. The error holds one line a problem. */
export function parseConfig(json: unknown): Result<Config, string[]> {
  const version = hasOwn(json, 'version') ? (json as { version: unknown }).version : undefined;
  if (Number.isInteger(version) && Number(version) > CONFIG_VERSION) {
    return err([
      `version: the file is of version ${Number(version)}, from a newer Patchcord; this one reads version ${CONFIG_VERSION}`,
    ]);
  }
  const parsed = configSchema.safeParse(json);
  if (!parsed.success) {
    return err(problemsOf(parsed.error.issues, json, configJsonSchema()));
  }
  const numbered = hasOwn(json, 'numbers') ? parsed.data : withDefaultNumbers(parsed.data);
  const config = hasOwn(json, 'parties') ? numbered : withoutTakenParties(numbered);
  const broken = brokenRules(config);
  return broken.length > 0 ? err(broken) : ok(config);
}

/** The provider decides which numbers a trunk has by default. */
function withDefaultNumbers(config: Config): Config {
  return { ...config, numbers: numbersByDefault(config.provider) };
}

/** The simulated phones that nobody asked for make room for the numbers that somebody did. */
function withoutTakenParties(config: Config): Config {
  const taken = new Set(config.numbers.map(({ number }) => number));
  return { ...config, parties: config.parties.filter(({ number }) => !taken.has(number)) };
}

function hasOwn(json: unknown, key: string): boolean {
  return typeof json === 'object' && json !== null && Object.hasOwn(json, key);
}

/**
 * The text of a file: what it says, and what that means. The error holds one line a problem; for bad JSON
 * it has line and column.
 */
export function parseConfigText(text: string): Result<{ json: unknown; config: Config }, string[]> {
  const json = parseJson(text.replace(/^\uFEFF/, ''));
  if (!json.ok) return err([json.error]);
  const config = parseConfig(json.value);
  return config.ok ? ok({ json: json.value, config: config.value }) : config;
}

/** JSON Schema (draft 2020-12) of a configuration file, published as `config.schema.json`. */
export function configJsonSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(configSchema, { io: 'input' });
  return { $schema, title: 'Patchcord trunk configuration', ...schema };
}

/** Why a file cannot be read. */
export function unreadable(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'is a folder, not a file';
  return `cannot be read (${code})`;
}
