import { useEffect } from 'react';
import { KeySheet } from './features/keys/KeySheet.tsx';
import { useKeys } from './features/keys/use-keys.ts';
import { SettingsScreen } from './features/settings/SettingsScreen.tsx';
import { SoundDialog } from './features/sound/SoundDialog.tsx';
import { HangUpQuestion } from './features/transfer/HangUpQuestion.tsx';
import { Desk } from './layout/Desk.tsx';
import { useLayoutKeys } from './layout/use-layout-keys.ts';
import { ConsoleProvider, useConsole, type ConsoleStore } from './store/store.ts';
import { Announcer, Toast } from './ui/Notes.tsx';

export function App({ store }: { store: ConsoleStore }) {
  useLayoutKeys(store);
  useKeys(store);
  return (
    <ConsoleProvider value={store}>
      <Themed />
      <Desk />
      <HangUpQuestion />
      <KeySheet />
      <SoundDialog />
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
