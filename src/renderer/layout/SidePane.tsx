import { DirectoryPanel } from '../features/directory/DirectoryPanel.tsx';
import { KeypadPanel } from '../features/dial/KeypadPanel.tsx';
import { PracticePanel } from '../features/practice/PracticePanel.tsx';
import { RecentPanel } from '../features/recent/RecentPanel.tsx';
import { missedCount } from '../store/recent.ts';
import { useConsole } from '../store/store.ts';
import { Tabs } from '../ui/Tabs.tsx';
import { MaximiseButton } from './MaximiseButton.tsx';

export function SidePane() {
  const current = useConsole((state) => state.sideTab);
  const setTab = useConsole((state) => state.setSideTab);
  const missed = useConsole(missedCount);
  return (
    <aside aria-label="Directory, keypad, practice, recent calls" className="h-full min-h-0 min-w-0">
      <Tabs
        label="Side"
        current={current}
        onChange={setTab}
        extra={<MaximiseButton pane="side" className="my-auto ml-auto" />}
        tabs={[
          { key: 'directory', label: 'Directory', panel: <DirectoryPanel /> },
          { key: 'keypad', label: 'Keypad', panel: <KeypadPanel /> },
          { key: 'practice', label: 'Practice', panel: <PracticePanel /> },
          { key: 'recent', label: 'Recent', news: { count: missed, word: 'missed' }, panel: <RecentPanel /> },
        ]}
      />
    </aside>
  );
}
