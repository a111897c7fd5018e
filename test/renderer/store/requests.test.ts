import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ApplicationNotice } from '../../../src/contract/model.ts';
import { lastNotice, matchesRequest, requestRows } from '../../../src/renderer/store/requests.ts';
import { picture } from '../harness/calls.ts';
import { exchanges, manyExchanges, notices } from '../harness/requests.ts';
import { flush, scripted, type Scripted } from './scripted.ts';

let the: Scripted;
const state = () => the.store.getState().requests;
const actions = () => the.store.getState().requestsActions;
const ids = () => state().exchanges.map(({ id }) => id);

beforeEach(async () => {
  the = await scripted();
});
afterEach(() => the.stop());

describe('requests to applications', () => {
  it('joins what there was before with what comes while it is looked at, newest first and each once', async () => {
    const [newest, ...older] = exchanges;
    the.contract.webhooks = older;
    the.contract.emit({ type: 'webhookFinished', exchange: newest! });
    the.contract.emit({ type: 'webhookFinished', exchange: older[0]! });
    await actions().load();
    expect(ids()).toEqual(['w5', 'w4', 'w3', 'w2', 'w1']);
  });

  it('keeps no more than the trunk does', async () => {
    the.contract.webhooks = manyExchanges(500);
    await actions().load();
    the.contract.emit({ type: 'webhookFinished', exchange: exchanges[0]! });
    expect([state().exchanges.length, ids()[0], ids().includes('many-499')]).toEqual([500, 'w5', false]);
  });

  it('says why nothing could be loaded, and keeps what has come', async () => {
    the.contract.emit({ type: 'webhookFinished', exchange: exchanges[0]! });
    the.contract.failing.set('webhooks.list', 'The trunk is stopped.');
    await actions().load();
    expect(state()).toMatchObject({ status: 'failed', problem: 'The trunk is stopped.' });
    expect(ids()).toEqual(['w5']);
  });

  it('loads again after a reconnect, once somebody has looked', async () => {
    const asked = () => the.contract.asked.filter(([name]) => name === 'webhooks.list').length;
    the.contract.link('reconnecting');
    the.contract.link('connected');
    await flush();
    expect(asked()).toBe(0);
    await actions().load();
    the.contract.link('reconnecting');
    the.contract.link('connected');
    await flush();
    expect(asked()).toBe(2);
  });

  it('puts a notice to the document that it is about: same call, same final URL, not after it', () => {
    const rows = requestRows({ exchanges, notices });
    expect(rows.filter((row) => row.notices.length > 0).map(({ key }) => key)).toEqual(['w3']);
    const early: ApplicationNotice = { ...notices[0]!, id: 'early', at: exchanges[2]!.at - 1 };
    const other: ApplicationNotice = { ...notices[0]!, id: 'other', callSid: 'CAother' };
    expect(requestRows({ exchanges, notices: [other, early] }).map(({ key }) => key)).toEqual([
      'w5',
      'w4',
      'other',
      'w3',
      'early',
      'w2',
      'w1',
    ]);
  });

  it.each([
    ['/moved', ['w2', 'w1']],
    ['refercallstatus=busy', ['w2']],
    ['NotifySip 486', ['w2']],
    ['menu/en', ['w3']],
    ['enqueue', ['w3']],
    ['13750', ['w3']],
    ['private', ['w5']],
    ['post 9000 redirect', ['w5', 'w4', 'w3', 'w2']],
    ['nothing of the kind', []],
  ])('finds "%s" in URL, parameters, answer, problem and notices', (search, expected) => {
    const rows = requestRows({ exchanges, notices });
    expect(rows.filter((row) => matchesRequest(row, search, undefined)).map(({ key }) => key)).toEqual(expected);
  });

  it('lists those of one call', () => {
    const rows = requestRows({ exchanges: manyExchanges(30), notices: [] });
    expect(rows.filter((row) => matchesRequest(row, '', 'call-1'))).toHaveLength(10);
  });

  it('sends a request again and opens what came of it, whatever was filtered', async () => {
    the.contract.webhooks = exchanges;
    await actions().load();
    actions().search('voice');
    const slow = Promise.withResolvers<void>();
    the.contract.delay = slow.promise;
    const repeated = actions().repeat('w1');
    expect(state().repeating).toBe(true);
    slow.resolve();
    await repeated;
    expect(state()).toMatchObject({ repeating: false, opened: 'w1-again', search: '' });
    expect(the.contract.asked).toContainEqual(['webhook.replay', { id: 'w1' }]);
  });

  it('can be repeated again after a repetition was refused', async () => {
    the.contract.failing.set('webhook.replay', 'There is no such request.');
    await expect(actions().repeat('gone')).rejects.toThrow('There is no such request.');
    expect(state().repeating).toBe(false);
  });

  it('shows the document that a notice is about, whatever is filtered', async () => {
    the.contract.webhooks = exchanges;
    the.contract.notices = notices;
    await actions().load();
    actions().search('nothing of the kind');
    actions().ofCall('another');
    actions().show('n1');
    expect(state()).toMatchObject({ opened: 'w3', search: '', callId: undefined });
  });

  it('says aloud what is wrong with the application of a call of ours, not of others', () => {
    the.phone.ring('dana', '+14155550187', 'Dana');
    the.contract.changeCall(picture({ sipCallId: 'dana', at: the.now() }));
    the.contract.emit({ type: 'applicationNotice', notice: { ...notices[0]!, id: 'n0', callId: 'call-other' } });
    expect(the.store.getState().said?.text).not.toContain('13750');
    the.contract.emit({ type: 'applicationNotice', notice: notices[0]! });
    expect(the.store.getState().said?.text).toBe(`Application error 13750: ${notices[0]!.text}`);
    expect(lastNotice(state(), 'call-dana')?.id).toBe('n1');
  });

  it('shows the error of a call, not the warning that came after it', () => {
    const [error] = notices;
    const notice = (id: string, severity: 'error' | 'warning', later: number) =>
      the.contract.emit({ type: 'applicationNotice', notice: { ...error!, id, severity, at: error!.at + later } });
    notice('before', 'warning', -1);
    expect(lastNotice(state(), 'call-dana')?.id).toBe('before');
    notice('error', 'error', 0);
    notice('after', 'warning', 1);
    expect(lastNotice(state(), 'call-dana')?.id).toBe('error');
    expect(lastNotice(state(), undefined)).toBeUndefined();
  });
});
