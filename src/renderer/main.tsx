import { createRoot } from 'react-dom/client';
import { openContract } from '../contract/open.ts';
import { browserPage } from './alerts/page.ts';
import { watchAlerts } from './alerts/watch.ts';
import { App } from './App.tsx';
import { atNextFrame } from './frames.ts';
import { SipPhone } from './phone/sip-phone.ts';
import { connect } from './store/connect.ts';
import { askBeforeLeaving } from './store/leaving.ts';
import { createConsole } from './store/store.ts';
import { keepRecent } from './store/keep-recent.ts';
import { keepPreferences } from './store/preferences.ts';
import { safeStorage } from './store/safe-storage.ts';

const now = () => Date.now();
const storage = safeStorage(() => localStorage);
const outside = { contract: openContract(), phone: new SipPhone(now), now, atNextFrame };
const store = createConsole(outside);
keepPreferences(store, storage);
askBeforeLeaving(store, window);
keepRecent(store, storage);
// Nothing is hung up when the page goes: the trunk keeps its calls until it is back (W6).
connect(store, outside);
watchAlerts(store, browserPage);
createRoot(document.getElementById('root')!).render(<App store={store} />);
