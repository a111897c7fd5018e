import { CallPane } from '../features/calls/CallPane.tsx';
import { MessageDock } from '../features/ladder/MessageDock.tsx';
import { LineList } from '../features/lines/LineList.tsx';
import { StatusBar } from '../features/status/StatusBar.tsx';
import { useConsole } from '../store/store.ts';
import { only } from '../store/ui.ts';
import { BottomPane } from './BottomPane.tsx';
import { MaximiseButton } from './MaximiseButton.tsx';
import { PaneFrame } from './PaneFrame.tsx';
import { SidePane } from './SidePane.tsx';

/** The status bar, and the panes below it; `styles.css` alone places them, so that a window is never drawn half resized. */
export function Desk() {
  // The field of a transfer is in the call's pane: it has to be seen.
  const maximised = useConsole(({ maximised: pane, draft }) => (draft ? only(pane, 'call') : pane));
  const message = useConsole((state) => state.ladder.opened);
  const shape = {
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
          <BottomPane />
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
