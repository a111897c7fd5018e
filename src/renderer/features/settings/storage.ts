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
        says: `The trunk goes by other settings than ${storage.file} has: they end with the program unless you save them there.`,
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
        says: `${storage.problem ?? ''} Until you write over it, the settings end with the program; a copy of what it says now is kept.`,
        action: { label: `Write over ${name}`, overwrite: true },
      };
    default:
      return storage.state satisfies never;
  }
}
