import { History } from 'lucide-react';
import { useEffect } from 'react';
import { useConsole } from '../../store/store.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/Notes.tsx';
import { RecentRow } from './RecentRow.tsx';

/** Calls that are over, newest first, missed ones marked; each can be called back. */
export function RecentPanel() {
  const recent = useConsole((state) => state.recent);
  const markSeen = useConsole((state) => state.markRecentSeen);
  const unseen = useConsole((state) => state.recent.some(({ seen }) => !seen));
  const clear = useConsole((state) => state.clearRecent);
  useEffect(() => {
    if (unseen) markSeen();
  }, [unseen, markSeen]);
  const missed = recent.filter((call) => call.missed).length;
  if (recent.length === 0) {
    return (
      <EmptyState title="No calls yet" icon={<History aria-hidden="true" size={24} />}>
        Calls that end, and calls that you miss, are listed here and can be called back.
      </EmptyState>
    );
  }
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="flex h-10 shrink-0 items-center justify-between gap-2 border-b border-line px-3">
        <p role="status" className="text-muted">
          {missed > 0 ? `${missed} missed` : 'None missed'}
        </p>
        <Button look="quiet" onClick={clear}>
          Clear list
        </Button>
      </div>
      <ul aria-label="Recent calls" className="min-h-0 flex-1 overflow-auto">
        {recent.map((call) => (
          <RecentRow key={call.id} call={call} />
        ))}
      </ul>
    </div>
  );
}
