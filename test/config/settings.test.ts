/** The configuration of a running trunk: what is seen of it, what changes at once, and what waits for a restart. */
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TrunkEvent } from '../../src/nouns/event.ts';
import type { PartyPhone } from '../../src/core/parties/phone.ts';
import { TrunkRefusal } from '../../src/core/api/trunk.ts';
import { parseConfig } from '../../src/core/config/config.ts';
import { changedKeys, fixedKeys, patched, settingsOf } from '../../src/core/config/settings.ts';
import { nextPhone, startEndpoint, startRealTrunk, type RealEndpoint, type RealTrunk } from '../support/real-trunk.ts';

const LINE = '+14155550101';
const DANA = '+14155550142';
const BILLING = '+14155551234';
const BERLIN = '+4930901820';
const DOMAIN = 'demo.zt.patchcord.test';
const PASSWORD = randomBytes(9).toString('hex');

describe('a running trunk', () => {
  let real: RealTrunk;
  let agent: RealEndpoint;

  beforeEach(async () => {
    agent = await startEndpoint(700);
    real = await startRealTrunk({
      numbers: [{ number: LINE, to: [agent.uri('agent')] }],
      auth: { credentials: [{ username: 'pbx', password: PASSWORD }] },
      parties: [
        { number: DANA, name: 'Dana', caller: true },
        { number: BILLING, name: 'Billing', afterMs: 0 },
        { number: BERLIN, name: 'Berlin', afterMs: 0 },
      ],
    });
  });

  afterEach(async () => {
    await real.close();
    await agent.close();
  });

  async function connected(to = LINE): Promise<{ callId: string; phone: PartyPhone }> {
    const phones = nextPhone(agent.host);
    const { callId } = await real.trunk.practiceCall({ caller: DANA, to });
    const phone = await phones;
    await vi.waitFor(() => expect(real.trunk.call(callId)?.state).toBe('answered'));
    return { callId, phone };
  }

  function refer(phone: PartyPhone, referTo: string): Promise<number> {
    return new Promise((resolve) => {
      phone.session?.refer(`<${referTo}>`, [], {
        accepted: ({ status }) => resolve(status),
        refused: (status) => resolve(status),
        notified() {},
      });
    });
  }

  it('P16: takes the same REFER on the same call once its country is enabled', async () => {
    const { phone } = await connected();
    expect(await refer(phone, `sip:${BERLIN}@${DOMAIN}`)).toBe(403);
    expect(real.trunk.configure({ countries: ['US', 'DE'] })).toEqual({ changed: ['countries'], needsRestart: [] });
    expect(await refer(phone, `sip:${BERLIN}@${DOMAIN}`)).toBe(202);
  });

  it('P14, S3: refuses a foreign domain as one provider and forwards to it as the other, without a restart', async () => {
    const { phone } = await connected();
    const foreign = agent.uri('elsewhere');
    expect(await refer(phone, foreign)).toBe(403);
    real.trunk.configure({ provider: 'sinch' });
    expect(real.trunk.status().provider).toBe('sinch');
    expect(await refer(phone, foreign)).toBe(202);
  });

  it('P20, S2: foretells for a live call whom the target will see, and follows the provider', async () => {
    const { callId, phone } = await connected();
    expect(real.trunk.checkTarget('Billing', callId)).toMatchObject({
      callerId: { number: DANA, rule: 'P20 inbound' },
      others: [
        { provider: 'sinch', says: `called as ${BILLING}, showing ${LINE}` },
        { provider: 'twilio', says: `called as ${BILLING}, showing ${DANA}` },
      ],
    });
    real.trunk.configure({ provider: 'sinch' });
    const foretold = real.trunk.checkTarget('Billing', callId).callerId;
    expect(foretold).toMatchObject({ number: LINE, rule: 'S2 trunk number' });
    expect(await refer(phone, `sip:${BILLING}@${DOMAIN}`)).toBe(202);
    await vi.waitFor(() => expect(real.trunk.call(callId)?.transfers[0]?.target.number).toBe(BILLING));
    await real.trunk.hangUp(callId);
    const transfer = real.trunk.records.list({}).records.find(({ kind }) => kind === 'transfer');
    expect([transfer?.from, transfer?.callerIdRule]).toEqual([foretold?.number, foretold?.rule]);
    expect(real.trunk.checkTarget('Billing', callId)).not.toHaveProperty('callerId');
  });

  it('P25: refuses the transfer leg that a lowered limit has no room for, and leaves the call alone', async () => {
    const { callId, phone } = await connected();
    real.trunk.configure({ limits: { concurrentCalls: 1 } });
    expect(await refer(phone, `sip:${BILLING}@${DOMAIN}`)).toBe(503);
    expect(real.trunk.call(callId)?.state).toBe('answered');
  });

  it('P29: routes the next call to a number by where it leads now', async () => {
    const added = '+14155550177';
    await expect(real.trunk.practiceCall({ caller: DANA, to: added })).rejects.toThrow('not a number of this trunk');
    real.trunk.configure({ numbers: [{ number: added, to: [agent.uri('second')] }] });
    await connected(added);
    await expect(real.trunk.practiceCall({ caller: DANA, to: LINE })).rejects.toThrow('not a number of this trunk');
  });

  it('follows a new domain in the targets that it takes', async () => {
    const { phone } = await connected();
    real.trunk.configure({ domain: 'New.Example.Test' });
    expect(real.trunk.status().domain).toBe('new.example.test');
    expect(await refer(phone, `sip:${BILLING}@${DOMAIN}`)).toBe(403);
    expect(await refer(phone, `sip:${BILLING}@new.example.test`)).toBe(202);
  });

  it('keeps live calls as they are: they end as calls of the provider under which they began', async () => {
    const { callId } = await connected();
    real.trunk.configure({ provider: 'sinch', numbers: [], parties: [], domain: 'other.test' });
    expect(real.trunk.call(callId)?.state).toBe('answered');
    await real.trunk.hangUp(callId);
    const [record] = real.trunk.records.list({}).records;
    expect([record?.provider, record?.trunkDomain]).toEqual(['plivo', DOMAIN]);
    // Plivo has codes, Sinch has names alone.
    expect(record?.hangupCode).toEqual(expect.any(Number));
  });

  it('shows what a party was told to do beside what it was configured to do', () => {
    real.trunk.setParty(BILLING, 'busy', 5);
    const shown = real.trunk.settings().settings.parties.find(({ number }) => number === BILLING);
    expect(shown).toMatchObject({ behaviour: 'busy', afterMs: 5 });
    real.trunk.configure({ parties: [{ number: BILLING, name: 'Bills', behaviour: 'echo' }] });
    const entries = real.trunk.directory().filter(({ kind }) => kind === 'party');
    expect(entries).toMatchObject([{ number: BILLING, name: 'Bills', behaviour: 'echo' }]);
  });

  it('tells its listeners what changed, and nothing when nothing did', () => {
    const told: TrunkEvent[] = [];
    real.trunk.onEvent((event) => told.push(event));
    real.trunk.configure({ provider: 'sinch' });
    expect(told.map(({ type }) => type)).toEqual(['settingsChanged', 'trunkChanged']);
    real.trunk.configure({ parties: [] });
    expect(told.slice(2).map(({ type }) => type)).toEqual(['settingsChanged', 'directoryChanged']);
    real.trunk.configure({ provider: 'sinch' });
    expect(told).toHaveLength(4);
    expect(JSON.stringify(told)).not.toContain(PASSWORD);
  });

  it('says one line a problem by the path of its key, and then changes nothing', () => {
    const before = real.trunk.settings();
    const bad = { provider: 'acme', domain: '-', limits: { ringSeconds: 0 }, countries: ['UK'], numbers: [{}] };
    let refusal: unknown;
    try {
      real.trunk.configure(bad);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(TrunkRefusal);
    const { code, message } = refusal as TrunkRefusal;
    expect(code).toBe('bad-request');
    expect(message.split('\n').map((line) => line.slice(0, line.indexOf(':')))).toEqual([
      'provider',
      'domain',
      'numbers[0].number',
      'limits.ringSeconds',
      'countries[0]',
    ]);
    expect(real.trunk.settings()).toEqual(before);
  });

  it('holds the rules between keys too: a trunk that others can reach keeps its credentials', () => {
    expect(() => real.trunk.configure({ listen: { host: '0.0.0.0' }, auth: { credentials: [] } })).toThrow(
      /^listen\.host: .*auth\.credentials/,
    );
  });

  it('takes ports and certificates down for the next start, and says so until they are as before', () => {
    const { udp } = real.trunk.addresses;
    expect(real.trunk.configure({ listen: { udp: 5099 }, rtp: { portMin: 30_000, portMax: 30_100 } })).toEqual({
      changed: ['listen.udp', 'rtp.portMin', 'rtp.portMax'],
      needsRestart: ['listen.udp', 'rtp.portMin', 'rtp.portMax'],
    });
    expect(real.trunk.addresses.udp).toBe(udp);
    real.trunk.configure({ rtp: { portMin: 20_000, portMax: 29_999 } });
    expect(real.trunk.settings().needsRestart).toEqual(['listen.udp']);
  });

  it('changes nothing any more once it stops', async () => {
    await real.trunk.stop();
    expect(() => real.trunk.configure({ provider: 'sinch' })).toThrow('stopping');
  });
});

describe('settings', () => {
  const read = (json: unknown) => {
    const config = parseConfig(json);
    if (!config.ok) throw new Error(config.error.join('\n'));
    return config.value;
  };
  const config = read({ auth: { credentials: [{ username: 'pbx', password: PASSWORD }] } });

  it('have every key but the passwords', () => {
    const settings = settingsOf(config);
    expect(JSON.stringify(settings)).not.toContain(PASSWORD);
    expect(settings.auth.credentials).toEqual([{ username: 'pbx' }]);
    expect(Object.keys(settings).toSorted()).toEqual(Object.keys(config).toSorted());
  });

  it('go back as they came and change nothing, passwords included', () => {
    const same = read(patched(config, { ...settingsOf(config) }));
    expect(changedKeys(config, same)).toEqual([]);
    expect(same.auth.credentials).toEqual([{ username: 'pbx', password: PASSWORD }]);
  });

  it('want a password for a new name and for a changed one', () => {
    const renamed = parseConfig(patched(config, { auth: { credentials: [{ username: 'other' }] } }));
    expect(renamed).toEqual({ ok: false, error: ['auth.credentials[0].password: is missing'] });
  });

  it('name a changed password as changed credentials', () => {
    const next = read(patched(config, { auth: { credentials: [{ username: 'pbx', password: 'new' }] } }));
    expect(changedKeys(config, next)).toEqual(['auth.credentials']);
  });

  it('hide the passwords inside URIs, and keep those that come back hidden', () => {
    const to = [`sip:agent:${PASSWORD}@pbx.test`, 'sip:agent@pbx.test'];
    const twiml = `http://user:${PASSWORD}@127.0.0.1:9000/voice`;
    const numbers = [
      { number: LINE, to },
      { number: DANA, twiml },
    ];
    const secret = read({ provider: 'twilio', numbers, twilio: { referUrl: twiml }, parties: [] });
    const shown = settingsOf(secret);
    expect(JSON.stringify(shown)).not.toContain(PASSWORD);
    expect(shown.numbers[0]?.to).toEqual(['sip:agent:***@pbx.test', 'sip:agent@pbx.test']);
    expect(changedKeys(secret, read(patched(secret, { ...shown })))).toEqual([]);
    const moved = read(patched(secret, { numbers: [{ number: BERLIN, to: shown.numbers[0]?.to }] }));
    expect(moved.numbers[0]?.to).toEqual(to);
    // A password is not sent to another host because somebody edited the rest of the URI.
    const elsewhere = parseConfig(patched(secret, { numbers: [{ number: LINE, to: ['sip:agent:***@evil.test'] }] }));
    expect(elsewhere).toEqual({
      ok: false,
      error: ['numbers[0].to[0]: the password is hidden here; write it out'],
    });
  });

  it('tell of an auth token only that there is one, and keep, change or drop it', () => {
    const signed = read({ twilio: { authToken: PASSWORD } });
    const shown = settingsOf(signed);
    expect(JSON.stringify(shown)).not.toContain(PASSWORD);
    expect([settingsOf(config).twilio.hasAuthToken, shown.twilio.hasAuthToken]).toEqual([false, true]);
    expect(read(patched(signed, { ...shown })).twilio.authToken).toBe(PASSWORD);
    expect(read(patched(signed, { twilio: { transferMode: 'sip-only' } })).twilio).toMatchObject({
      authToken: PASSWORD,
      transferMode: 'sip-only',
    });
    expect(read(patched(signed, { twilio: { authToken: 'new' } })).twilio.authToken).toBe('new');
    const unsigned = read(patched(signed, { twilio: { authToken: null } }));
    expect(unsigned.twilio).not.toHaveProperty('authToken');
    expect(changedKeys(signed, unsigned)).toEqual(['twilio.authToken']);
  });

  it('bring the demo number with the provider that runs it, and take it away again, among numbers by default only', () => {
    const demo = { number: '+14155550199', twiml: 'demo' };
    const twilio = read(patched(config, { provider: 'twilio' }));
    expect(twilio.numbers).toEqual([...config.numbers, demo]);
    expect(read(patched(twilio, { provider: 'plivo' })).numbers).toEqual(config.numbers);
    expect(read(patched(twilio, { provider: 'twilio' })).numbers).toEqual(twilio.numbers);
    const own = read(patched(config, { numbers: [{ number: '+14155550111', to: ['console'] }] }));
    expect(read(patched(own, { provider: 'twilio' })).numbers).toEqual(own.numbers);
  });

  it('keep the keys beside the one that a patch names, but no elements of a list', () => {
    const next = read(patched(config, { limits: { ringSeconds: 12 }, countries: ['FR'] }));
    expect(next.limits).toEqual({ ...config.limits, ringSeconds: 12 });
    expect(next.countries).toEqual(['FR']);
  });

  it.each([
    ['a list', { numbers: 7 }],
    ['an object', { auth: null }],
    ['an object with a list', { auth: { credentials: [null] } }],
    ['a known key', JSON.parse('{"__proto__": {"provider": "sinch"}}')],
  ])('are refused, not broken, by something that is not %s', (_what, patch) => {
    expect(parseConfig(patched(config, patch)).ok).toBe(false);
  });

  it('wait for a restart in what is opened once', () => {
    expect(fixedKeys(['listen.udp', 'tls.verify', 'recording.folder', 'recording.trunk', 'domain'])).toEqual([
      'listen.udp',
      'tls.verify',
      'recording.folder',
    ]);
  });
});
