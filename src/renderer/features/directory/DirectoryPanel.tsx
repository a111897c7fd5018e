import { Search } from 'lucide-react';
import { useMemo, useState } from 'react';
import { searchDirectory } from '../../store/directory.ts';
import { useConsole } from '../../store/store.ts';
import { KeyHint } from '../../ui/KeyHint.tsx';
import { EmptyState } from '../../ui/Notes.tsx';
import { SEARCH_FIELD_ID } from '../keys/bindings.ts';
import { DirectoryRow } from './DirectoryRow.tsx';

/** Who can be reached, what they will do, and how it went the last time. */
export function DirectoryPanel() {
  const directory = useConsole((state) => state.directory);
  const [search, setSearch] = useState('');
  const entries = useMemo(
    () => searchDirectory(directory, search).filter((entry) => entry.kind !== 'console'),
    [directory, search],
  );
  return (
    <div className="flex h-full min-h-0 flex-col">
      <label className="flex h-10 shrink-0 items-center gap-2 border-b border-line px-3 focus-within:outline-2 focus-within:-outline-offset-2 focus-within:outline-accent">
        <Search aria-hidden="true" size={14} className="text-muted" />
        <span className="sr-only">Search the directory</span>
        <input
          id={SEARCH_FIELD_ID}
          type="search"
          autoComplete="off"
          placeholder="Name, number or what they do"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
          className="min-w-0 flex-1 bg-transparent outline-none placeholder:text-muted"
        />
        <KeyHint>/</KeyHint>
      </label>
      {entries.length === 0 ? (
        <EmptyState title={directory.length === 0 ? 'The directory is empty' : 'Nobody fits'}>
          {directory.length === 0
            ? 'Numbers come from the configuration of the trunk.'
            : 'Look for part of a name, of a number, or of what they do.'}
        </EmptyState>
      ) : (
        <ul aria-label="Directory" className="min-h-0 flex-1 overflow-auto">
          {entries.map((entry) => (
            <DirectoryRow key={entry.number} entry={entry} />
          ))}
        </ul>
      )}
    </div>
  );
}
