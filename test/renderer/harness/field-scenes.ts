/** What the fields for numbers say, and how it looks when a call has no sound or nobody hears it ring. */
import type { Scene } from './scene.ts';

const DANA = ['dana', '+14155550187', 'Dana'] as const;
const BILLING = '+14155551234';

/** Dana on the line, and the trunk's picture of it. */
const talking: Scene = async ({ store, phone, contract, picture, now }) => {
  phone.ring(...DANA);
  await store.getState().answer();
  contract.changeCall(picture({ sipCallId: 'dana', at: now() }));
};

const dial = (input: string): Scene => {
  return async ({ store, settle }) => {
    store.getState().setSideTab('keypad');
    await settle();
    document.getElementById('dial-number')?.focus();
    await store.getState().setDialNumber(input);
  };
};

export const fieldScenes: Readonly<Record<string, Scene>> = {
  'dial-green': dial(BILLING),
  'dial-amber': dial('+14155550486'),
  'dial-red': dial('+999'),
  'dial-names': dial('e'),
  'dial-redial': async (harness) => {
    await dial(BILLING)(harness);
    await harness.store.getState().submitDial();
    harness.phone.establish('dialled-1');
    harness.phone.end('dialled-1', { by: 'them', method: 'BYE' });
  },
  'target-on-line': async (harness) => {
    await talking(harness);
    const { store, phone, settle } = harness;
    await store.getState().toggleHold('dana');
    await store.getState().dial(BILLING);
    phone.establish('dialled-1');
    await settle();
    store.getState().openTransfer('dialled-1');
    await store.getState().setTarget(DANA[1]);
    store.getState().showCheckDetails(true);
  },
  'no-sound': async (harness) => {
    await talking(harness);
    harness.phone.media('dana', { state: 'failed', why: 'no-candidates' });
  },
  unheard: async (harness) => {
    await talking(harness);
    harness.phone.emit({ type: 'microphoneChanged', microphone: { state: 'denied' } });
  },
  'silent-ring': ({ phone }) => {
    phone.emit({ type: 'audioChanged', blocked: true });
    phone.ring(...DANA);
  },
  'transfer-rings-elsewhere': async (harness) => {
    await talking(harness);
    const { store, phone, advance } = harness;
    await store.getState().transferTo('dana', '+14155550486');
    phone.step('dana', { kind: 'response', status: 202, reason: 'Accepted' });
    phone.step('dana', { kind: 'notify', status: 180, reason: 'Ringing', terminated: false });
    advance(12_000);
    phone.ring('priya', '+14155550190', '');
    await store.getState().answer('priya');
  },
  'transfer-failed-elsewhere': async (harness) => {
    await fieldScenes['transfer-rings-elsewhere']!(harness);
    harness.phone.step('dana', { kind: 'notify', status: 486, reason: 'Busy Here', terminated: true });
  },
};
