/** The settings as the host sees and changes them, and what it is told when they change. */
import type { ConfigureResult, TrunkSettings } from '../../nouns/settings.ts';
import type { SettingsStorage } from '../../nouns/trunk.ts';
import type { EventFeed } from '../api/event-feed.ts';
import { TrunkRefusal } from '../api/trunk.ts';
import { policies } from '../b2bua/providers/index.ts';
import type { ConfigFile } from '../config/config-file.ts';
import { parseConfig, type Config } from '../config/config.ts';
import type { LiveConfig } from '../config/live-config.ts';
import { changedKeys, fixedKeys, patched, settingsOf, type SettingsPatch } from '../config/settings.ts';
import type { Directory } from '../location/directory.ts';

export interface SettingsParts {
  readonly config: LiveConfig;
  readonly configFile: ConfigFile | undefined;
  readonly directory: Directory;
  readonly feed: EventFeed;
  /** What is wrong with values that look right, such as the name of a file that is not there. */
  readonly checkSettings: (config: Config) => readonly string[];
}

/** Settings that the status of the trunk shows. */
const IN_STATUS = ['provider', 'domain', 'numbers', 'limits.ringSeconds', 'media.country'];

export class SettingsService {
  readonly #parts: SettingsParts;
  readonly #startedWith: Config;
  readonly #statusChanged: () => void;

  constructor(parts: SettingsParts, statusChanged: () => void) {
    this.#parts = parts;
    this.#statusChanged = statusChanged;
    this.#startedWith = parts.config.get();
    parts.config.onChange((changed) => {
      parts.configFile?.changed(parts.config.get());
      this.#tell(changed);
    });
    parts.configFile?.onChange(() => this.#tellStorage());
  }

  get(): TrunkSettings {
    const { storage } = this;
    return {
      settings: settingsOf(this.#parts.config.get()),
      providers: Object.keys(policies),
      needsRestart: this.#needsRestart(),
      ...(storage && { storage }),
    };
  }

  /** @throws TrunkRefusal that says what is wrong with them */
  configure(patch: SettingsPatch): ConfigureResult {
    const { config, checkSettings } = this.#parts;
    const next = parseConfig(patched(config.get(), patch));
    if (!next.ok) throw new TrunkRefusal('bad-request', next.error.join('\n'));
    const problems = checkSettings(next.value);
    if (problems.length > 0) throw new TrunkRefusal('bad-request', problems.join('\n'));
    return { changed: config.set(next.value), needsRestart: this.#needsRestart() };
  }

  get storage(): SettingsStorage | undefined {
    return this.#parts.configFile?.status;
  }

  /** @throws TrunkRefusal when there is no file */
  async save({ overwrite }: { overwrite: boolean }): Promise<SettingsStorage> {
    const { configFile, config } = this.#parts;
    if (!configFile) throw new TrunkRefusal('refused', 'This trunk has no configuration file.');
    return configFile.save(config.get(), { overwrite });
  }

  /** Resolves when nothing is being written any more. */
  async stored(): Promise<SettingsStorage | undefined> {
    await this.#parts.configFile?.settled();
    return this.storage;
  }

  #tellStorage(): void {
    const { storage } = this;
    if (storage) this.#parts.feed.emit({ type: 'storageChanged', storage });
  }

  #needsRestart(): string[] {
    return fixedKeys(changedKeys(this.#startedWith, this.#parts.config.get()));
  }

  #tell(changed: readonly string[]): void {
    const { feed, directory } = this.#parts;
    feed.emit({ type: 'settingsChanged', settings: this.get().settings });
    if (IN_STATUS.some((key) => changed.includes(key))) this.#statusChanged();
    if (changed.includes('numbers') || changed.includes('parties')) {
      feed.emit({ type: 'directoryChanged', directory: directory.entries() });
    }
  }
}
