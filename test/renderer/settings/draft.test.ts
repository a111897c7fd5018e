import { describe, expect, it } from 'vitest';
import { changesOf } from '../../../src/renderer/features/settings/changes.ts';
import { countries, searchCountries } from '../../../src/renderer/features/settings/countries.ts';
import { draftOf, patchOf, rebased, withRow, type Draft } from '../../../src/renderer/features/settings/draft.ts';
import { problemAt, problemsOf, sectionOf } from '../../../src/renderer/features/settings/problems.ts';
import { settings } from '../harness/scripted-settings.ts';

const draft = draftOf(settings);
const said = (change: Partial<Draft>) => changesOf(draft, { ...draft, ...change });
const sent = (change: Partial<Draft>) => patchOf(settings, { ...draft, ...change });

describe('a draft of the settings', () => {
  it('sends nothing and says nothing while nothing is changed', () => {
    expect(sent({})).toEqual({});
    expect(said({})).toEqual([]);
    expect(sent({ domain: ` ${settings.domain} `, countries: settings.countries.toReversed() })).toEqual({});
  });

  it.each<[string[], Partial<Draft>, object]>([
    [['Provider: Plivo → Sinch'], { provider: 'sinch' }, { provider: 'sinch' }],
    [['Domain: demo.zt.patchcord.test → other.test'], { domain: 'other.test' }, { domain: 'other.test' }],
    [
      ['Ring time in seconds: 30 → 20'],
      { limits: { ...draft.limits, ringSeconds: '20' } },
      {
        limits: {
          concurrentCalls: 100,
          callsPerSecond: 50,
          ringSeconds: 20,
          fallbackSeconds: 5,
          queueLength: 100,
          queueSeconds: 10,
          requestsPerSecond: 5000,
          requestsPerSecondPerSource: 2000,
        },
      },
    ],
    [
      ['Country added: Germany', 'Country removed: United Kingdom'],
      { countries: ['US', 'CA', 'DE'] },
      { countries: ['CA', 'DE', 'US'] },
    ],
    [
      ['Domain added: two.test'],
      { domains: [{ id: 0, domain: ' two.test ', provider: 'sinch', numbers: '+14155550101, +14155550100' }] },
      { domains: [{ domain: 'two.test', provider: 'sinch', numbers: ['+14155550101', '+14155550100'] }] },
    ],
    [['Code of a barred country: 4560 → 4650'], { barredCountryCode: '4650' }, { plivo: { barredCountryCode: 4650 } }],
    [['Calls over the rate: get 503 → wait for their turn'], { overRate: 'queue' }, { limits: { overRate: 'queue' } }],
    [
      [
        'Recording of every call: off → on',
        'Recorded number added: +1 415 555 0101',
        'Days that recordings are kept: 0 → 30',
      ],
      { recordTrunk: true, recordNumbers: '+14155550101', keepDays: '30' },
      { recording: { trunk: true, numbers: ['+14155550101'], keepDays: 30 } },
    ],
    [
      ['Digest algorithms: SHA-512-256, SHA-256, MD5 → MD5'],
      { algorithms: ['MD5'] },
      { auth: { algorithms: ['MD5'] } },
    ],
    [
      ['Digest algorithms: SHA-512-256, SHA-256, MD5 → SHA-256, MD5, SHA-512-256'],
      { algorithms: ['SHA-256', 'MD5', 'SHA-512-256'] },
      { auth: { algorithms: ['SHA-256', 'MD5', 'SHA-512-256'] } },
    ],
    [['Network removed: ::1/128'], { allow: draft.allow.slice(0, 1) }, { auth: { allow: ['127.0.0.0/8'] } }],
    [
      ['Number removed: +1 415 555 0101'],
      { numbers: draft.numbers.slice(0, 1) },
      { numbers: [{ number: '+14155550100', to: ['console'] }] },
    ],
  ])('says %j and sends just that', (words, change, patch) => {
    expect(said(change)).toEqual(words);
    expect(sent(change)).toEqual(patch);
  });

  it.each<[string[], Partial<Draft>, object]>([
    [
      ['Number +1 415 555 0100: console → TwiML from demo, by POST'],
      { numbers: [{ ...draft.numbers[0]!, twiml: ' demo ' }] },
      { numbers: [{ number: '+14155550100', twiml: 'demo' }] },
    ],
    [
      ['Number +1 415 555 0100: console → TwiML from http://127.0.0.1:9000/voice, by GET'],
      { numbers: [{ ...draft.numbers[0]!, twiml: 'http://127.0.0.1:9000/voice', twimlMethod: 'GET' }] },
      { numbers: [{ number: '+14155550100', twiml: 'http://127.0.0.1:9000/voice', twimlMethod: 'GET' }] },
    ],
    [
      ['Seconds for an application: 15 → 5', 'Network for documents added: 10.0.0.0/8'],
      { webhookSeconds: '5', webhookAllow: [{ id: 0, network: '10.0.0.0/8' }] },
      { webhooks: { timeoutSeconds: 5, allow: ['10.0.0.0/8'] } },
    ],
    [
      ['Transfer mode: enable-all → sip-only', 'URL asked about a REFER: nothing → http://127.0.0.1:9000/refer'],
      { account: { ...draft.account, transferMode: 'sip-only', referUrl: 'http://127.0.0.1:9000/refer' } },
      {
        twilio: {
          accountSid: settings.twilio.accountSid,
          transferMode: 'sip-only',
          transferCallerId: 'from-transferee',
          referUrl: 'http://127.0.0.1:9000/refer',
        },
      },
    ],
  ])('says %j about applications and sends just that', (words, change, patch) => {
    const others = change.numbers ? { numbers: [...change.numbers, ...draft.numbers.slice(1)] } : {};
    expect(said({ ...change, ...others })).toEqual(words);
    const sentAll = sent({ ...change, ...others }) as { numbers?: object[] };
    expect(sentAll.numbers ? { numbers: sentAll.numbers.slice(0, 1) } : sentAll).toEqual(patch);
  });

  it('sends the auth token only when one was typed or is taken away, and never says it', () => {
    const typed = { account: { ...draft.account, authToken: 's3cret' } };
    expect(sent(typed)).toMatchObject({ twilio: { authToken: 's3cret' } });
    expect(said(typed)).toEqual(['Auth token: new']);
    const taken = { account: { ...draft.account, forgetToken: true } };
    expect(sent(taken)).toMatchObject({ twilio: { authToken: null } });
    expect(said(taken)).toEqual(['Auth token: taken away']);
    expect(sent({ account: { ...draft.account, referUrl: 'http://a.test/' } })).not.toHaveProperty('twilio.authToken');
  });

  it('sends a password only when one was typed, and never says it', () => {
    const row = draft.credentials[0]!;
    const change = { credentials: withRow([{ ...row, password: 'hunter2' }], { username: 'new', password: 's3cret' }) };
    expect(sent(change)).toEqual({
      auth: {
        credentials: [
          { username: 'pbx', password: 'hunter2' },
          { username: 'new', password: 's3cret' },
        ],
      },
    });
    expect(said(change)).toEqual(['User added: new', 'User pbx: new password']);
    expect(sent({ credentials: withRow(draft.credentials, { username: 'new', password: '' }) })).toEqual({
      auth: { credentials: [{ username: 'pbx' }, { username: 'new' }] },
    });
  });

  it('sends limits and what becomes of calls over the rate in one', () => {
    const limits = { ...draft.limits, callsPerSecond: '2' };
    expect(sent({ limits, overRate: 'queue' })).toMatchObject({ limits: { callsPerSecond: 2, overRate: 'queue' } });
  });

  it('sends codecs by their names, however they were typed, and what is none as it was', () => {
    const change = { media: { ...draft.media, codecs: 'Opus g.722,pcmu  G729', srtp: 'optional' as const } };
    expect(sent(change)).toMatchObject({ media: { codecs: ['opus', 'G722', 'PCMU', 'G729'], srtp: 'optional' } });
    expect(said(change)).toEqual([
      'Codecs: PCMU, PCMA → Opus g.722,pcmu  G729',
      'Encrypted sound (SRTP): off: never encrypted → optional: where the other side can',
    ]);
  });

  it('says what becomes of a further domain', () => {
    const before = [{ id: 0, domain: 'two.test', provider: 'sinch', numbers: '' }];
    const after = [{ id: 0, domain: 'two.test', provider: 'plivo', numbers: '+14155550101' }];
    expect(changesOf({ ...draft, domains: before }, { ...draft, domains: after })).toEqual([
      'Domain two.test: Sinch → Plivo',
      'Domain two.test: nothing → +1 415 555 0101',
    ]);
  });

  it('sends what is no number as it was typed, so that the trunk says what would be right', () => {
    expect(sent({ limits: { ...draft.limits, ringSeconds: 'ten' } })).toMatchObject({ limits: { ringSeconds: 'ten' } });
  });

  it('leaves the fallback out when there is none, and the URL of an application alone', () => {
    const [first, second] = draft.numbers;
    expect(sent({ numbers: [first!, { ...second!, fallback: ' ' }] })).toMatchObject({
      numbers: [{ to: ['console'] }, { to: ['sip:agent@127.0.0.1:5080'] }],
    });
    const twiml = 'https://app.example.test/voice';
    const own = { ...settings, numbers: [{ number: '+14155550100', twiml }] };
    expect(patchOf(own, draftOf(own))).toEqual({});
  });

  it('says who does what else among the parties', () => {
    const [dana, ...others] = draft.parties;
    expect(said({ parties: [{ ...dana!, behaviour: 'busy', afterMs: '0', caller: false }, ...others] })).toEqual([
      'Party Dana Whitfield: Answers → Is busy',
      'Party Dana Whitfield: after 1500 ms → after 0 ms',
      'Party Dana Whitfield: may place practice calls → is only called',
    ]);
  });

  it('keeps what was typed and follows the rest when somebody else changes the settings', () => {
    const typed = { ...draft, domain: 'typed.test' };
    const now = { ...settings, domain: 'theirs.test', provider: 'sinch' as const };
    expect(rebased(typed, settings, now)).toMatchObject({ domain: 'typed.test', provider: 'sinch' });
  });
});

describe('problems', () => {
  const found = problemsOf(
    'numbers[0].to[1]: must be "console" or a SIP URI\nauth.allow[2]: must be a network\nlisten.host: no\nThe trunk is stopping.',
  );

  it('are found at the field that they are about, as a sentence', () => {
    expect(problemAt(found, 'numbers[0].to[1]')).toBe('Must be "console" or a SIP URI.');
    expect(problemAt(found, 'numbers[0].to[0]')).toBeUndefined();
  });

  it('are counted in their section; what has none is said below', () => {
    expect(found.map(sectionOf)).toEqual(['numbers', 'access', undefined, undefined]);
    expect(found[3]).toEqual({ path: '', says: 'The trunk is stopping.' });
  });
});

describe('countries', () => {
  it('are those that exist now, once each', () => {
    expect(countries.length).toBeGreaterThan(240);
    expect(new Set(countries.map(({ name }) => name)).size).toBe(countries.length);
    const codes = countries.map(({ code }) => code);
    expect(codes).toEqual(expect.arrayContaining(['US', 'GB', 'DE', 'XK']));
    expect(codes.filter((code) => ['UK', 'EU', 'ZZ', 'SU', 'DD'].includes(code))).toEqual([]);
  });

  it('are found by a part of the name or by the code, the enabled ones first', () => {
    const united = searchCountries('united', ['US']).map(({ code }) => code);
    expect(united[0]).toBe('US');
    expect(united).toEqual(expect.arrayContaining(['GB', 'AE']));
    expect(searchCountries('de', []).map(({ code }) => code)).toContain('DE');
    expect(searchCountries('nowhere', [])).toEqual([]);
  });
});
