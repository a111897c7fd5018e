/**
 * The whole console over a scripted trunk and a scripted telephone; a test or a scene drives it through `harness`.
 * With `?sip=ws://…` the telephone is the real one.
 */
import { createRoot } from 'react-dom/client';
import { App } from '../../../src/renderer/App.tsx';
import { atNextFrame } from '../../../src/renderer/frames.ts';
import { SipPhone } from '../../../src/renderer/phone/sip-phone.ts';
import { connect } from '../../../src/renderer/store/connect.ts';
import { askBeforeLeaving } from '../../../src/renderer/store/leaving.ts';
import { createConsole } from '../../../src/renderer/store/store.ts';
import { picture } from './calls.ts';
import type { Harness } from './scene.ts';
import { scenes } from './scenes.ts';
import { ScriptedContract } from './scripted-contract.ts';
import { ScriptedPhone } from './scripted-phone.ts';

const wanted = new URLSearchParams(location.search);
let at = Date.UTC(2026, 10, 20, 14, 2, 11);
const now = () => at;
const phone = new ScriptedPhone(now);
const contract = new ScriptedContract();
const sip = wanted.get('sip');
if (sip !== null) contract.phoneUrl = sip;
const real = { contract, phone: new SipPhone(Date.now), now: Date.now, atNextFrame };
const outside = sip === null ? { contract, phone, now, atNextFrame } : real;
const store = createConsole(outside);
connect(store, outside);
askBeforeLeaving(store, window);

const harness: Harness = {
  phone,
  contract,
  store,
  picture,
  now,
  advance: (ms) => {
    at += ms;
  },
  settle: () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0))),
};
Object.assign(window, { harness });

createRoot(document.getElementById('root')!).render(<App store={store} />);
await harness.settle();
await harness.settle();
const scene = scenes[wanted.get('scene') ?? 'idle'];
if (!scene) throw new Error('No such scene');
await scene(harness);
document.body.dataset['ready'] = '';
