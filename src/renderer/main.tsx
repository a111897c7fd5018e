import { createRoot } from 'react-dom/client';
import { openContract } from '../contract/open.ts';
import { App } from './App.tsx';
import { atNextFrame } from './frames.ts';
import { SipPhone } from './phone/sip-phone.ts';
import { connect } from './store/connect.ts';
import { askBeforeLeaving } from './store/leaving.ts';
import { createConsole } from './store/store.ts';
import { keepPreferences } from './store/preferences.ts';

const now = () => Date.now();
const outside = { contract: openContract(), phone: new SipPhone(now), now, atNextFrame };
const store = createConsole(outside);
keepPreferences(store, localStorage);
askBeforeLeaving(store, window);
const disconnect = connect(store, outside);
window.addEventListener('pagehide', disconnect, { once: true });
createRoot(document.getElementById('root')!).render(<App store={store} />);
