import { CallPane } from '../features/calls/CallPane.tsx';
import { MessageDock } from '../features/ladder/MessageDock.tsx';
import { LineList } from '../features/lines/LineList.tsx';
import { StatusBar } from '../features/status/StatusBar.tsx';
import { useConsole } from '../store/store.ts';
import { only } from '../store/ui.ts';
import { useMedia } from '../ui/use-media.ts';
import { BottomPane } from './BottomPane.tsx';
import { MaximiseButton } from './MaximiseButton.tsx';
import { PaneFrame } from './PaneFrame.tsx';
import { SidePane } from './SidePane.tsx';

/** Too narrow or too low for panes side by side: one column that scrolls, as at 200 % zoom (WCAG 1.4.10). */
const COMPACT = '(width < 960px) or (height < 560px)';

/** The status bar, and the panes below it; `styles.css` places them. */
export function Desk() {
  const compact = useMedia(COMPACT);
  // The field of a transfer is in the call's pane: it has to be seen.
  const maximised = useConsole(({ maximised: pane, draft }) => (draft ? only(pane, 'call') : pane));
  const message = useConsole((state) => state.ladder.opened);
  const shape = {
    'data-compact': compact || undefined,
    'data-maximised': maximised === 'message' && !message ? undefined : maximised,
    'data-message': message || undefined,
  };
  return (
    <div className="desk-frame" {...shape}>
      <StatusBar />
      <main className="desk">
        <PaneFrame name="lines">
          <LineList />
        </PaneFrame>
        <PaneFrame name="call">
          <CallPane />
        </PaneFrame>
        <PaneFrame name="side">
          <SidePane />
        </PaneFrame>
        <PaneFrame name="evidence">
          <BottomPane compact={compact} />
        </PaneFrame>
        {message && (
          <PaneFrame name="message">
            <MessageDock extra={<MaximiseButton pane="message" />} />
          </PaneFrame>
        )}
      </main>
    </div>
  );
}
