/** Every designed state of the console, reached as the operator and the trunk would reach it. */
import { deskScenes } from './desk-scenes.ts';
import { fieldScenes } from './field-scenes.ts';
import { qualityScenes } from './quality-scenes.ts';
import type { WebhookExchange } from '../../../src/contract/model.ts';
import { findings } from '../panes-harness/transferred-call.ts';
import { exchanges, manyExchanges, notices } from './requests.ts';
import type { Scene } from './scene.ts';
import { soundScenes } from './sound-scenes.ts';

const DANA = ['dana', '+14155550187', 'Dana Whitfield'] as const;
const BILLING = { number: '+14155551234', name: 'Billing' };
const NIGHT_DESK = { number: '+14155550486', name: 'Night desk' };

const talking: Scene = async (harness) => {
  harness.phone.ring(...DANA);
  harness.advance(3000);
  await harness.store.getState().answer();
  harness.contract.changeCall(harness.picture({ sipCallId: 'dana', at: harness.now() }));
  harness.advance(47_000);
  harness.phone.level(0.6);
};

const referred = (target: string, then: Scene): Scene => {
  return async (harness) => {
    await talking(harness);
    await harness.store.getState().transferTo('dana', target);
    harness.advance(8);
    harness.phone.step('dana', { kind: 'response', status: 202, reason: 'Accepted' });
    harness.advance(3);
    harness.phone.step('dana', { kind: 'notify', status: 100, reason: 'Trying', terminated: false });
    await then(harness);
  };
};

const ringing: Scene = ({ advance, phone, contract, picture, now }) => {
  advance(212);
  phone.step('dana', { kind: 'notify', status: 180, reason: 'Ringing', terminated: false });
  contract.changeCall(picture({ sipCallId: 'dana', at: now(), hears: 'caller-ring-back', target: BILLING }));
  advance(3400);
};

const answered: Scene = async (harness) => {
  await ringing(harness);
  const { phone, advance, contract, picture, now } = harness;
  advance(780);
  phone.step('dana', { kind: 'notify', status: 200, reason: 'OK', terminated: true, why: 'noresource' });
  advance(4);
  phone.end('dana', { by: 'them', method: 'BYE' });
  contract.changeCall(
    picture({
      sipCallId: 'dana',
      at: now(),
      hears: 'after-transfer',
      consoleEnded: true,
      target: { ...BILLING, state: 'answered', answeredAt: now() },
    }),
  );
};

const busy: Scene = ({ phone, advance, contract, picture, now }) => {
  advance(640);
  contract.changeCall(picture({ sipCallId: 'dana', at: now(), hears: 'caller-ring-back', target: NIGHT_DESK }));
  advance(200);
  phone.step('dana', { kind: 'notify', status: 486, reason: 'Busy Here', terminated: true, why: 'noresource' });
  contract.changeCall(
    picture({
      sipCallId: 'dana',
      at: now(),
      target: { ...NIGHT_DESK, state: 'ended', result: 'busy', sipStatus: 486, endedAt: now(), endedBy: 'target' },
      transfer: { target: NIGHT_DESK, state: 'failed', status: 486 },
    }),
  );
  contract.emit({
    type: 'findingsChanged',
    callId: 'call-dana',
    findings: [
      {
        id: 'D5',
        severity: 'warning',
        title: 'Transfer failed: 486 Busy Here',
        text: 'Night desk itself answered 486 Busy Here 842 ms after REFER. Dana Whitfield is still on the line of the console.',
        fix: 'Try again, or another target.',
        transferId: 'transfer-call-dana',
        messageSeqs: findings[0]!.messageSeqs,
      },
    ],
  });
  advance(2000);
};

const requested = (webhooks: readonly WebhookExchange[], opened?: string): Scene => {
  return async ({ contract, store, settle }) => {
    contract.webhooks = webhooks;
    contract.notices = webhooks === exchanges ? notices : [];
    store.getState().setBottomTab('requests');
    await settle();
    store.getState().requestsActions.open(opened);
  };
};

const asked: Scene = async (harness) => {
  await talking(harness);
  harness.phone.receiveRefer('dana', {
    who: '+14155551234',
    uri: 'sip:+14155551234@demo.zt.patchcord.test;transport=ws',
    headers: [
      ['X-AcctNumber', '123456'],
      ['X-ReasonForCalling', 'billing dispute, second call this week'],
      ['User-to-User', '56a390f3d2b7310023a2;encoding=hex;purpose=foo;content=bar'],
    ],
    leftOut: ['Route'],
    by: { number: '+14155550102', name: 'Acme support line' },
  });
  harness.advance(3000);
};

const following = (then: Scene): Scene => {
  return async (harness) => {
    await asked(harness);
    const { phone, store, advance } = harness;
    store.getState().followRefer('dana');
    phone.follow('dana', { kind: 'response', status: 202, reason: 'Accepted' });
    phone.follow('dana', { kind: 'notify', status: 100, reason: 'Trying' });
    advance(4);
    phone.move('new', 'dana', '+14155551234');
    advance(180);
    phone.emit({ type: 'sessionChanged', id: 'new', change: { to: 'ringing' } });
    phone.follow('dana', { kind: 'status', status: 180, reason: 'Ringing' });
    phone.follow('dana', { kind: 'notify', status: 180, reason: 'Ringing' });
    await then(harness);
  };
};

export const scenes: Readonly<Record<string, Scene>> = {
  ...fieldScenes,
  ...soundScenes,
  ...deskScenes,
  ...qualityScenes,
  idle: () => undefined,
  practice: ({ store }) => store.getState().setSideTab('practice'),
  keypad: ({ store }) => {
    store.getState().setSideTab('keypad');
    void store.getState().setDialNumber('+44207946');
  },
  records: ({ store }) => store.getState().setBottomTab('records'),
  ringing: ({ phone, advance }) => {
    phone.ring(...DANA);
    advance(2000);
  },
  talking,
  'held-and-muted': async (harness) => {
    await talking(harness);
    await harness.store.getState().toggleHold('dana');
    harness.store.getState().toggleMute('dana');
    harness.contract.changeCall(harness.picture({ sipCallId: 'dana', at: harness.now(), hears: 'hold' }));
  },
  'second-call': async (harness) => {
    await talking(harness);
    harness.phone.ring('priya', '+14155550190', '');
    harness.advance(1000);
    harness.phone.ring('unknown', '+4930901820', '');
    harness.advance(3000);
  },
  dialling: async ({ store, phone }) => {
    await store.getState().dial('+14155550408');
    phone.emit({ type: 'sessionChanged', id: 'dialled-1', change: { to: 'ringing' } });
  },
  'dial-busy': async ({ store, phone }) => {
    await store.getState().dial('+14155550486');
    phone.end('dialled-1', { by: 'them', method: 'response', status: 486, reason: 'Busy Here' });
  },
  missed: ({ phone, advance }) => {
    phone.ring(...DANA);
    advance(9000);
    phone.end('dana', { by: 'them', method: 'CANCEL' });
  },
  'transfer-entry': async (harness) => {
    await talking(harness);
    harness.store.getState().openTransfer('dana');
  },
  'transfer-checked': async (harness) => {
    await talking(harness);
    harness.store.getState().openTransfer('dana');
    await harness.store.getState().setTarget('+14155551234');
  },
  'transfer-refused': async (harness) => {
    await talking(harness);
    harness.store.getState().openTransfer('dana');
    await harness.store.getState().setTarget('4155551234');
  },
  'transfer-ringing': referred('+14155551234', ringing),
  'transfer-succeeded': referred('+14155551234', answered),
  'transfer-busy': referred('+14155550486', busy),
  'transfer-forbidden': async (harness) => {
    await talking(harness);
    harness.store.getState().openTransfer('dana');
    await harness.store.getState().setTarget('+88212345678');
    await harness.store.getState().transferTo('dana', '+88212345678');
    harness.advance(6);
    harness.phone.step('dana', { kind: 'response', status: 403, reason: 'Forbidden' });
    harness.contract.emit({
      type: 'findingsChanged',
      callId: 'call-dana',
      findings: [
        {
          id: 'D1',
          severity: 'error',
          title: 'REFER refused with 403: country not enabled',
          text: '+88212345678 belongs to no country that could be enabled (P16); enabled are US, CA, GB. The call goes on as before.',
          fix: 'Refer to a number of an enabled country.',
          messageSeqs: [12, 11],
        },
      ],
    });
  },
  'transfer-caller-gone': referred('+14155551234', async (harness) => {
    await ringing(harness);
    const { phone, contract, picture, now } = harness;
    phone.end('dana', { by: 'them', method: 'BYE' });
    contract.changeCall({
      ...picture({
        sipCallId: 'dana',
        at: now(),
        hears: 'nobody',
        consoleEnded: true,
        callerLeg: { state: 'ended', endedAt: now(), endedBy: 'caller' },
      }),
      state: 'ended',
    });
  }),
  'transfer-hung-up-at-once': referred('+14155551234', async (harness) => {
    await answered(harness);
    const { contract, picture, now, advance } = harness;
    const answeredAt = now();
    advance(400);
    contract.changeCall({
      ...picture({
        sipCallId: 'dana',
        at: now(),
        hears: 'nobody',
        consoleEnded: true,
        callerLeg: { state: 'ended', endedAt: now(), endedBy: 'target' },
        target: { ...BILLING, state: 'ended', answeredAt, endedAt: now(), endedBy: 'target', result: 'answered' },
      }),
      state: 'ended',
    });
  }),
  'hang-up-question': referred('+14155551234', async (harness) => {
    await ringing(harness);
    await harness.store.getState().askHangUp('dana');
  }),
  'refer-asked': asked,
  'refer-ringing': following(() => undefined),
  'refer-moved': following(({ advance, phone }) => {
    advance(2900);
    phone.establish('new');
    phone.follow('dana', { kind: 'status', status: 200, reason: 'OK' });
    phone.follow('dana', { kind: 'notify', status: 200, reason: 'OK', end: 'noresource' });
    advance(3);
    phone.end('dana', { by: 'us', method: 'BYE' });
  }),
  'refer-busy': following(({ advance, phone }) => {
    advance(700);
    phone.end('new', { by: 'them', method: 'response', status: 486, reason: 'Busy Here' });
    phone.follow('dana', { kind: 'status', status: 486, reason: 'Busy Here' });
    phone.follow('dana', { kind: 'notify', status: 486, reason: 'Busy Here', end: 'noresource' });
  }),
  'refer-left': following(({ advance, phone }) => {
    advance(2400);
    phone.end('dana', { by: 'them', method: 'BYE' });
    phone.follow('dana', { kind: 'given-up' });
    phone.end('new', { by: 'us', method: 'CANCEL' });
  }),
  'refer-declined': async (harness) => {
    await asked(harness);
    harness.phone.follow('dana', { kind: 'response', status: 603, reason: 'Decline' });
  },
  'refer-refused': async (harness) => {
    await talking(harness);
    harness.phone.receiveRefer('dana', { who: '', uri: '<sip:@demo.zt.patchcord.test?X-A=%zz>', refused: true });
    harness.phone.follow('dana', { kind: 'response', status: 400, reason: 'Malformed Refer-To' });
  },
  'requests-empty': async ({ store, settle }) => {
    store.getState().setBottomTab('requests');
    await settle();
  },
  requests: requested(exchanges),
  'requests-many': requested(manyExchanges(500)),
  'requests-sent': requested(exchanges, 'w2'),
  'requests-refer': requested(exchanges, 'w1'),
  'requests-line': requested(exchanges, 'w3'),
  'requests-failed': requested(exchanges, 'w4'),
  'application-note': async (harness) => {
    await talking(harness);
    await requested(exchanges)(harness);
    harness.contract.emit({ type: 'applicationNotice', notice: notices[0]! });
  },
  /** O12: 200 letters, from right to left, with a sign that turns lines round. */
  'long-names': async (harness) => {
    const { contract, phone, advance, store } = harness;
    const long = 'Wolfeschlegelsteinhausenbergerdorff '.repeat(6).slice(0, 200);
    const names = [long, 'W'.repeat(200), 'دانا ويتفيلد، قسم خدمة العملاء والمبيعات والدعم', '\u202Eksed thgiN 👩‍💻'];
    contract.people = contract.people.map((each, index) => ({ ...each, name: names[index] ?? each.name }));
    contract.emit({ type: 'directoryChanged', directory: contract.people });
    phone.ring('priya', '+14155550111', names[2]!);
    advance(1000);
    phone.ring('dana', '+14155550112', long);
    await store.getState().answer('dana');
    contract.changeCall(
      harness.picture({ sipCallId: 'dana', at: harness.now(), who: { number: '+14155550112', name: long } }),
    );
    await store.getState().transferTo('dana', '+14155550486');
    phone.step('dana', { kind: 'response', status: 202, reason: 'Accepted' });
    phone.step('dana', { kind: 'notify', status: 486, reason: 'Busy Here', terminated: true, why: 'noresource' });
  },
  message: async (harness) => {
    await talking(harness);
    await harness.settle();
    harness.store.getState().ladderActions.show('call-dana', 1);
  },
  'message-transfer': referred('+14155550486', async (harness) => {
    await busy(harness);
    await harness.settle();
    harness.store.getState().ladderActions.show('call-dana', 'NOTIFY (486');
  }),
  'maximised-evidence': async (harness) => {
    await talking(harness);
    harness.store.getState().maximise('evidence');
  },
  'maximised-call': referred('+14155550486', async (harness) => {
    await busy(harness);
    harness.store.getState().maximise('call');
  }),
  settings: ({ store }) => store.getState().showSettings(true),
  'settings-sound': async ({ store, settle }) => {
    store.getState().showSettings(true);
    await settle();
    [...document.querySelectorAll<HTMLElement>('[role=tab]')].find((tab) => tab.innerText === 'Sound')?.click();
  },
  keys: ({ store }) => store.getState().showKeys(true),
  'trunk-starting': ({ contract, phone }) => {
    contract.changeTrunk({ state: 'starting' });
    phone.emit({ type: 'registrationChanged', registration: { state: 'connecting' } });
  },
  'trunk-stopped': ({ contract, phone }) => {
    contract.changeTrunk({ state: 'stopped' });
    phone.emit({ type: 'registrationChanged', registration: { state: 'off' } });
  },
  'port-taken': ({ contract, phone }) => {
    const problem =
      'UDP port 5060 on 127.0.0.1 is in use by another program. Stop it, or set listen.udp to another port.';
    contract.changeTrunk({ state: 'failed', problem });
    phone.emit({ type: 'registrationChanged', registration: { state: 'off' } });
  },
  reconnecting: async (harness) => {
    await talking(harness);
    harness.phone.end('dana', { by: 'gateway', method: 'none' });
    harness.phone.emit({
      type: 'registrationChanged',
      registration: { state: 'reconnecting', attempt: 3, since: harness.now() - 4000, nextAt: harness.now() + 3600 },
    });
  },
  'microphone-missing': ({ phone }) => phone.emit({ type: 'microphoneChanged', microphone: { state: 'missing' } }),
  'microphone-denied': ({ phone }) => phone.emit({ type: 'microphoneChanged', microphone: { state: 'denied' } }),
  'microphone-silent': async (harness) => {
    await talking(harness);
    harness.phone.emit({ type: 'microphoneChanged', microphone: { state: 'ready', label: 'Headset', silent: true } });
  },
  failure: async ({ contract, store }) => {
    contract.failing.set('practice.call', 'The console is not registered, so nobody can ring it.');
    await store.getState().practiceCall('+14155550187');
  },
};
