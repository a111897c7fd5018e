import { useEffect } from 'react';
import { CallPane } from './features/calls/CallPane.tsx';
import { KeySheet } from './features/keys/KeySheet.tsx';
import { useKeys } from './features/keys/use-keys.ts';
import { LineList } from './features/lines/LineList.tsx';
import { SettingsScreen } from './features/settings/SettingsScreen.tsx';
import { StatusBar } from './features/status/StatusBar.tsx';
import { HangUpQuestion } from './features/transfer/HangUpQuestion.tsx';
import { BottomPane } from './layout/BottomPane.tsx';
import { SidePane } from './layout/SidePane.tsx';
import { ConsoleProvider, useConsole, type ConsoleStore } from './store/store.ts';
import { Announcer, Toast } from './ui/Notes.tsx';

export function App({ store }: { store: ConsoleStore }) {
  useKeys(store);
  return (
    <ConsoleProvider value={store}>
      <Themed />
      <div className="isolate flex h-full flex-col">
        <StatusBar />
        <main className="grid min-h-0 flex-1 grid-cols-[184px_minmax(0,1fr)_288px] gap-px bg-line max-wide:grid-cols-1 max-wide:grid-rows-[44px_minmax(0,3fr)_minmax(0,2fr)] full:grid-cols-[208px_minmax(0,1fr)_316px] huge:grid-cols-[264px_minmax(0,1fr)_400px]">
          <LineList />
          <CallPane />
          <SidePane />
        </main>
        <BottomPane />
      </div>
      <HangUpQuestion />
      <KeySheet />
      <SettingsScreen />
      <Notices />
    </ConsoleProvider>
  );
}

/** Puts the chosen theme where the style sheet looks for it. */
function Themed() {
  const theme = useConsole((state) => state.theme);
  useEffect(() => {
    if (theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
  }, [theme]);
  return null;
}

function Notices() {
  const said = useConsole((state) => state.said);
  const failure = useConsole((state) => state.failure);
  const clear = useConsole((state) => state.clearFailure);
  return (
    <>
      <Announcer id={said?.id ?? 0} text={said?.text ?? ''} />
      {failure && <Toast key={failure.id} text={failure.text} onDone={clear} />}
    </>
  );
}
