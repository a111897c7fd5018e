/** What stands around the calls: what is over, what waits to be taken back, another window, settings while it rings. */
import type { CallView } from '../../../src/contract/model.ts';
import type { Harness, Scene } from './scene.ts';

const DANA = ['dana', '+14155550187', 'Dana Whitfield'] as const;
const RTL_NAME = 'دانا ويتفيلد، قسم خدمة العملاء والمبيعات والدعم';
const MINUTE = 60_000;

/** Dana on the line, as the trunk sees it after `change`. */
const withDana = async (harness: Harness, change: (call: CallView) => CallView): Promise<void> => {
  const { phone, store, contract, picture, now } = harness;
  phone.ring(...DANA);
  await store.getState().answer();
  contract.changeCall(change(picture({ sipCallId: 'dana', at: now(), hears: 'caller-ring-back' })));
};

const leftBehind = ({ picture, now }: Harness, id: string, who: { number: string; name: string }): CallView => {
  const call = picture({ sipCallId: id, at: now(), who, hears: 'hold' });
  const orphan = { since: now(), until: now() + 25_000, replaces: `${id};to-tag=1;from-tag=2` };
  return { ...call, legs: call.legs.map((leg) => (leg.role === 'console' ? { ...leg, orphan } : leg)) };
};

export const deskScenes: Readonly<Record<string, Scene>> = {
  'two-ringing': ({ phone, advance }) => {
    phone.ring(...DANA);
    advance(2000);
    phone.ring('unknown', '+4930901820', '');
    advance(1000);
  },
  'all-lines': async ({ phone, store, advance }) => {
    for (let line = 1; line <= 9; line += 1) {
      phone.ring(`call-${line}`, `+1415555020${line}`, line === 4 ? RTL_NAME : '');
      advance(1000);
      await store.getState().answer(`call-${line}`);
    }
    phone.ring('tenth', '+14155550210', '');
  },
  'four-parties': (harness) =>
    withDana(harness, (call) => ({
      ...call,
      legs: [
        ...call.legs,
        { ...call.legs[0]!, id: 'third', role: 'target', number: '+14155551234', name: 'Billing', state: 'ringing' },
        { ...call.legs[0]!, id: 'fourth', role: 'target', number: '+442079460958', name: 'London office' },
      ],
    })),
  'recent-empty': ({ store }) => store.getState().setSideTab('recent'),
  recent: async ({ phone, store, advance, settle }) => {
    for (const [id, number, name] of [DANA, ['rtl', '+14155550112', RTL_NAME], ['none', '+4930901820', '']] as const) {
      phone.ring(id, number, name);
      advance(MINUTE);
      phone.end(id, { by: 'them', method: 'CANCEL' });
    }
    await store.getState().dial('+14155551234');
    phone.establish('dialled-1');
    advance(3 * MINUTE);
    phone.end('dialled-1', { by: 'us', method: 'BYE' });
    await store.getState().dial('+14155550486');
    phone.end('dialled-2', { by: 'them', method: 'response', status: 486, reason: 'Busy Here' });
    await settle();
    store.getState().setSideTab('recent');
  },
  'many-missed': ({ phone }) => {
    for (let call = 1; call <= 23; call += 1) {
      phone.ring(`call-${call}`, '+14155550187', 'Dana Whitfield');
      phone.end(`call-${call}`, { by: 'them', method: 'CANCEL' });
    }
  },
  'take-back': (harness) => {
    harness.contract.changeCall(leftBehind(harness, 'dana', { number: '+14155550187', name: 'Dana Whitfield' }));
    harness.contract.changeCall(leftBehind(harness, 'rtl', { number: '+14155550112', name: RTL_NAME }));
    harness.advance(4000);
  },
  'phone-elsewhere': ({ phone }) => phone.yield(true),
  'settings-ringing': async ({ phone, store, settle }) => {
    store.getState().showSettings(true);
    for (let frame = 0; frame < 5; frame += 1) await settle();
    const domain = [...document.querySelectorAll('input')].find(({ value }) => value === 'demo.zt.patchcord.test')!;
    domain.focus();
    document.execCommand('selectAll');
    document.execCommand('insertText', false, 'new.example.test');
    phone.ring(...DANA);
    phone.ring('rtl', '+14155550112', RTL_NAME);
  },
  'storage-failed': ({ contract }) =>
    contract.settings.store({
      given: false,
      file: '/home/pat/.local/share/patchcord/config.json',
      state: 'failed',
      notices: ['config.json was damaged (line 3: not JSON). The version of 14:02 is used; the damaged one is kept.'],
      problem: 'config.json could not be written: no space left on the disk. Free some, then try again.',
    }),
  'record-opened': async ({ store, settle }) => {
    store.getState().setBottomTab('records');
    await settle();
    await settle();
    store.getState().recordsActions.open(store.getState().records.records[3]!.id);
  },
};
