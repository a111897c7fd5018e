/** The configuration of a running trunk: who needs it asks each time, so that a change holds from the next call on. */
import type { Config } from './config.ts';
import { changedKeys } from './settings.ts';

export class LiveConfig {
  #config: Config;
  readonly #listeners: ((changed: readonly string[]) => void)[] = [];

  constructor(config: Config) {
    this.#config = config;
  }

  get(): Config {
    return this.#config;
  }

  /** @returns paths of the keys that differ from before, e.g. `limits.ringSeconds` */
  set(config: Config): string[] {
    const changed = changedKeys(this.#config, config);
    this.#config = config;
    if (changed.length > 0) for (const listener of this.#listeners) listener(changed);
    return changed;
  }

  /** Told after each change, in the order of subscription; listeners live as long as the trunk. */
  onChange(listener: (changed: readonly string[]) => void): void {
    this.#listeners.push(listener);
  }
}
