/** Says what becomes of the settings when the program ends. Pure. */
import type { SettingsStorage } from '../../../contract/model.ts';

export interface StorageWords {
  tone: 'calm' | 'warn' | 'bad';
  says: string;
  /** A button that writes the file. */
  action?: { label: string; overwrite: boolean };
}

export function storageWords(storage: SettingsStorage | undefined): StorageWords | undefined {
  if (!storage) return undefined;
  const name = storage.file.split(/[\\/]/).at(-1) ?? storage.file;
  switch (storage.state) {
    case 'saved':
      return { tone: 'calm', says: `Kept in ${storage.file}` };
    case 'unsaved':
      return {
        tone: 'warn',
        says: `The trunk runs with settings that are not in ${storage.file}. They are lost when the program ends, unless you save them there.`,
        action: { label: `Save to ${name}`, overwrite: false },
      };
    case 'failed':
      return {
        tone: 'bad',
        says: storage.problem ?? 'The settings could not be saved.',
        action: { label: 'Try again', overwrite: false },
      };
    case 'conflict':
      return {
        tone: 'bad',
        says: `${storage.problem ?? ''} Until you write over it, your settings are lost when the program ends. A copy of the file as it is now is kept.`,
        action: { label: `Write over ${name}`, overwrite: true },
      };
    default:
      return storage.state satisfies never;
  }
}
