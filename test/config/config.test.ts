import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseConfig } from '../../src/core/config/config.ts';
import type { Config } from '../../src/core/config/config.ts';
import { realDisk } from '../../src/core/config/disk.ts';
import { loadGiven } from '../../src/core/config/load.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

function good(json: unknown): Config {
  const config = parseConfig(json);
  if (!config.ok) throw new Error(config.error.join('\n'));
  return config.value;
}

function problems(json: unknown): string[] {
  const config = parseConfig(json);
  return config.ok ? [] : config.error;
}

describe('the empty configuration', () => {
  it('is a trunk on loopback with the console behind its first number', () => {
    const { parties: _, ...rest } = good({});
    expect(rest).toEqual({
      listen: { host: '127.0.0.1', udp: 5060, tcp: 5060, tls: 5061, http: 8060 },
      tls: { verify: 'public' },
      rtp: { portMin: 20_000, portMax: 29_999 },
      provider: 'plivo',
      domain: 'demo.zt.patchcord.test',
      domains: [],
      plivo: { barredCountryCode: 4560 },
      numbers: [{ number: '+14155550100', to: ['console'] }],
      devices: 'newest',
      auth: { allow: ['127.0.0.0/8', '::1/128'], credentials: [], algorithms: ['MD5'] },
      limits: {
        concurrentCalls: 100,
        callsPerSecond: 50,
        overRate: 'refuse',
        queueLength: 100,
        queueSeconds: 10,
        requestsPerSecond: 5000,
        requestsPerSecondPerSource: 2000,
        ringSeconds: 30,
        fallbackSeconds: 5,
      },
      countries: ['US', 'CA', 'GB'],
      media: { codecs: ['PCMU', 'PCMA'], timeoutSeconds: 30, heldTimeoutSeconds: 1800, srtp: 'off', inbandDtmf: false },
      records: { finalAfterSeconds: 0 },
      recording: { trunk: false, numbers: [], manual: false, keepDays: 0 },
      twilio: {
        accountSid: 'AC00000000000000000000000000000000',
        transferMode: 'enable-all',
        transferCallerId: 'from-transferee',
      },
      webhooks: { timeoutSeconds: 15, allow: [] },
    });
  });

  it('has a number for the demo application besides, under the provider that runs TwiML', () => {
    const { numbers } = good({ provider: 'twilio' });
    expect(numbers).toEqual([
      { number: '+14155550100', to: ['console'] },
      { number: '+14155550199', twiml: 'demo' },
    ]);
    expect(good({ provider: 'twilio', numbers: [] }).numbers).toEqual([]);
  });

  it('has callers to practise with and a party for every behaviour', () => {
    const { parties } = good({});
    expect(parties.filter(({ caller }) => caller).map(({ name }) => name)).toEqual(
      expect.arrayContaining(['Dana Reyes', 'Omar Haddad', 'Mei Chen']),
    );
    expect(new Set(parties.map(({ behaviour }) => behaviour))).toEqual(
      new Set([
        'answer',
        'echo',
        'busy',
        'no-answer',
        'decline',
        'unknown',
        'answer-then-hang-up',
        'hang-up-while-ringing',
        'transfer-on',
        'press-keys',
      ]),
    );
  });

  it('would be no different if its defaults were written out', () => {
    expect(good(good({}))).toEqual(good({}));
  });
});

describe('a configuration', () => {
  it('keeps what is given and fills in the rest', () => {
    const config = good({
      $schema: './config.schema.json',
      listen: { udp: 0 },
      domain: 'Demo.Example',
      parties: [{ number: '+442079460000', name: 'Lab' }],
    });
    expect(config.listen).toMatchObject({ udp: 0, http: 8060 });
    expect(config.domain).toBe('demo.example');
    expect(config.parties).toEqual([
      { number: '+442079460000', name: 'Lab', behaviour: 'answer', afterMs: 1000, caller: false },
    ]);
  });

  it('may use the number of a default party for itself', () => {
    const config = good({ numbers: [{ number: '+14155551234', to: ['sip:a@127.0.0.1'] }] });
    expect(config.parties.map(({ number }) => number)).not.toContain('+14155551234');
  });

  it('may listen for other machines when it has credentials', () => {
    const credentials = [{ username: 'endpoint', password: 'secret' }];
    expect(good({ listen: { host: '0.0.0.0' }, auth: { credentials } }).listen.host).toBe('0.0.0.0');
  });

  it.each([
    ['0.0.0.0', '203.0.113.9'],
    ['192.168.1.20', '203.0.113.9'],
    ['::', '203.0.113.9'],
    ['0:0::0', '203.0.113.9'],
    ['::', '2001:db8::9'],
  ])('W29: may listen on %s and advertise %s', (host, advertise) => {
    const credentials = [{ username: 'endpoint', password: 'secret' }];
    expect(good({ listen: { host, advertise }, auth: { credentials } }).listen.advertise).toBe(advertise);
  });

  it.each(['127.0.0.1', '::1', '0.0.0.0', '0::0'])(
    'W29: does not advertise %s, which leads nobody here',
    (advertise) => {
      const credentials = [{ username: 'endpoint', password: 'secret' }];
      expect(problems({ listen: { host: '::', advertise }, auth: { credentials } })).toEqual([
        `listen.advertise: other machines cannot reach ${advertise}; name the address under which they see this one`,
      ]);
    },
  );

  it.each(['127.0.0.1', '127.9.9.9', '::1', 'localhost'])('needs no credentials on %s', (host) => {
    expect(problems({ listen: { host } })).toEqual([]);
  });

  it('may use any port several times when it is 0, which means any free port', () => {
    expect(problems({ listen: { udp: 0, tcp: 0, tls: 0, http: 0 } })).toEqual([]);
  });
});

describe('a problem is told in one line that names the key, what is wrong and what is allowed:', () => {
  const numbers = (entry: object): object => ({ numbers: [{ number: '+14155550100', to: ['console'], ...entry }] });
  const e164 = 'must be an E.164 number (+ and 7 to 15 digits, no leading zero)';

  it.each<[problem: string, json: unknown]>([
    // types and ranges
    ['must be an object in braces, not null', null],
    ['must be an object in braces, not a list', [1]],
    ['listen: must be an object in braces, not 5060', { listen: 5060 }],
    ['listen.udp: must be a whole number from 0 to 65535, not "5060"', { listen: { udp: '5060' } }],
    ['listen.udp: must be a whole number from 0 to 65535, not 65536', { listen: { udp: 65_536 } }],
    ['listen.udp: must be a whole number from 0 to 65535, not 0.5', { listen: { udp: 0.5 } }],
    ['listen.host: must be an IP address or localhost, not "trunk"', { listen: { host: 'trunk' } }],
    ['limits.ringSeconds: must be a whole number from 1 to 600, not 0', { limits: { ringSeconds: 0 } }],
    ['provider: must be one of plivo, sinch, twilio, not "plvo"', { provider: 'plvo' }],
    ['domain: must be a host name, such as demo.zt.patchcord.test, not "a b"', { domain: 'a b' }],
    ['recording.trunk: must be true or false, not "yes"', { recording: { trunk: 'yes' } }],
    ['countries: must be a list in brackets, not "US"', { countries: 'US' }],
    ['countries[1]: must be a country code of two capital letters, such as US, not "us"', { countries: ['US', 'us'] }],
    ['countries[0]: must be GB for the United Kingdom, not "UK"', { countries: ['UK'] }],
    ['countries[0]: must be a country code of two capital letters, such as US, not "QX"', { countries: ['QX'] }],
    ['records.file: must be text of at least 1 character, not ""', { records: { file: '' } }],
    ['parties[0].name: is missing', { parties: [{ number: '+14155551234' }] }],
    // numbers
    [`numbers[0].number: ${e164}, such as +14155550100, not "0100"`, numbers({ number: '0100' })],
    [`numbers[0].number: ${e164}, such as +14155550100, not "+01234567"`, numbers({ number: '+01234567' })],
    [`numbers[0].number: ${e164}, such as +14155550100, not "+123456"`, numbers({ number: '+123456' })],
    [
      `numbers[0].number: ${e164}, such as +14155550100, not "+1234567890123456"`,
      numbers({ number: '+1234567890123456' }),
    ],
    [
      `numbers[0].number: ${e164}; write it as +14155550100, not "+1 (415) 555-0100"`,
      numbers({ number: '+1 (415) 555-0100' }),
    ],
    ['numbers[0].to[0]: must be "console" or a SIP URI, such as sip:agent@127.0.0.1:5080', numbers({ to: ['tel:+1'] })],
    ['numbers[0].to[0]: must be "console" or a SIP URI, such as sip:agent@127.0.0.1:5080', numbers({ to: ['sip:'] })],
    ['numbers[0].to: must be a list of 1 to 2 entries', numbers({ to: [] })],
    ['numbers[0].to: must be a list of 1 to 2 entries', numbers({ to: ['console', 'console', 'console'] })],
    ['numbers[0].twiml: must be an http or https URL, or "demo"', numbers({ twiml: 'ftp://x' })],
    ['numbers[0]: has both to and twiml; keep one of them', numbers({ twiml: 'http://127.0.0.1/voice' })],
    [
      'numbers[0].twiml: TwiML runs under the provider twilio, and that of the trunk is plivo; use `to`, or give the number to a domain of twilio',
      numbers({ to: undefined, twiml: 'http://127.0.0.1/voice' }),
    ],
    [
      'numbers[0].twiml: TwiML runs under the provider twilio, and that of the domain b.test is sinch; use `to`, or give the number to a domain of twilio',
      {
        provider: 'twilio',
        domains: [{ domain: 'b.test', provider: 'sinch', numbers: ['+14155550100'] }],
        numbers: [{ number: '+14155550100', twiml: 'demo' }],
      },
    ],
    ['twilio.accountSid: must be AC and 32 hexadecimal digits, not "AC1"', { twilio: { accountSid: 'AC1' } }],
    ['twilio.referUrl: must be an http or https URL', { twilio: { referUrl: 'demo' } }],
    ['webhooks.timeoutSeconds: must be a whole number from 1 to 60, not 0', { webhooks: { timeoutSeconds: 0 } }],
    [
      'webhooks.allow[0]: must be an IP address or a network, such as 127.0.0.1 or 192.168.1.0/24, not "localhost"',
      { webhooks: { allow: ['localhost'] } },
    ],
    [
      'recording.folder: say where recordings go, since records.file is ":memory:"',
      { recording: { trunk: true }, records: { file: ':memory:' } },
    ],
    ['numbers[0]: needs to or twiml', numbers({ to: undefined })],
    [
      'auth.allow[0]: must be an IP address or a network, such as 192.168.1.0/24 or 2001:db8::/32, not "10.0.0.0/33"',
      { auth: { allow: ['10.0.0.0/33'] } },
    ],
    ['plivo.barredCountryCode: must be one of 4560, 4650, not 4570', { plivo: { barredCountryCode: 4570 } }],
    // keys
    ['numbrs: unknown key; did you mean numbers?', { numbrs: [] }],
    ['listen.upd: unknown key; did you mean udp?', { listen: { upd: 1 } }],
    [
      'parties[0].behavior: unknown key; did you mean behaviour?',
      { parties: [{ number: '+14155551234', name: 'x', behavior: 'busy' }] },
    ],
    ['udp: unknown key; did you mean listen.udp?', { udp: 5060 }],
    ['rtp.codec: unknown key; known here are portMin, portMax', { rtp: { codec: 'opus' } }],
    ['media.codecs[0]: must be one of opus, G722, PCMU, PCMA, not "G729"', { media: { codecs: ['G729'] } }],
    ['media.codecs: must be a list of 1 to 4 entries, not an empty list', { media: { codecs: [] } }],
    ['media.codecs: must name each codec once, not a list', { media: { codecs: ['PCMU', 'PCMU'] } }],
    [
      '"a key": unknown key; known here are version, listen, tls, rtp, provider, domain, domains, numbers, devices, auth, limits, countries, parties, media, records, recording, plivo, twilio, webhooks',
      { 'a key': 1 },
    ],
    ['rtp.__proto__: unknown key; known here are portMin, portMax', { rtp: JSON.parse('{"__proto__":{}}') }],
    // rules across keys
    [
      'listen.host: other machines can reach 0.0.0.0, so the trunk needs auth.credentials; add a username and a password there, or listen on 127.0.0.1',
      { listen: { host: '0.0.0.0' } },
    ],
    [
      'listen.host: other machines can reach ::, so the trunk needs auth.credentials; add a username and a password there, or listen on 127.0.0.1',
      { listen: { host: '::' } },
    ],
    [
      'listen.advertise: nobody else can reach 127.0.0.1; set listen.host to 0.0.0.0, or leave this out',
      { listen: { advertise: '203.0.113.9' } },
    ],
    [
      'listen.advertise: 2001:db8::9 is not of the family of listen.host, 0.0.0.0; set listen.host to ::',
      {
        listen: { host: '0.0.0.0', advertise: '2001:db8::9' },
        auth: { credentials: [{ username: 'a', password: 'b' }] },
      },
    ],
    ['listen.advertise: must be an IP address, not "pbx.example.org"', { listen: { advertise: 'pbx.example.org' } }],
    ['tls.keyFile: the key of tls.certFile is missing', { tls: { certFile: 'cert.pem' } }],
    ['tls.certFile: the certificate of tls.keyFile is missing', { tls: { keyFile: 'key.pem' } }],
    ['listen.http: must differ from listen.tcp, which is 5060 as well', { listen: { http: 5060 } }],
    ['rtp.portMax: must be greater than rtp.portMin (30000), not 30000', { rtp: { portMin: 30_000, portMax: 30_000 } }],
    ['listen.udp: must lie outside the ports for audio (20000 to 29999), not 20000', { listen: { udp: 20_000 } }],
    [
      'numbers[1].number: the number +14155550100 is already at numbers[0].number',
      {
        numbers: [
          { number: '+14155550100', to: ['console'] },
          { number: '+14155550100', to: ['console'] },
        ],
      },
    ],
    [
      'parties[0].number: the number +14155550100 is already at numbers[0].number',
      { parties: [{ number: '+14155550100', name: 'x' }] },
    ],
    ['countries[1]: the country US is already at countries[0]', { countries: ['US', 'US'] }],
    [
      'auth.algorithms[2]: the algorithm MD5 is already at auth.algorithms[0]',
      { auth: { algorithms: ['MD5', 'SHA-256', 'MD5'] } },
    ],
    [
      'domains[0].domain: the domain a.test is already at domain',
      { domain: 'a.test', domains: [{ domain: 'A.test', provider: 'sinch' }] },
    ],
    ['domains[0].provider: is missing', { domains: [{ domain: 'a.test' }] }],
    [
      'domains[0].numbers[0]: +14155550109 is not in numbers; add it there and say whom it rings',
      { domains: [{ domain: 'a.test', provider: 'sinch', numbers: ['+14155550109'] }] },
    ],
    [
      'domains[1].numbers[0]: the number +14155550100 is already at domains[0].numbers[0]',
      {
        domains: [
          { domain: 'a.test', provider: 'sinch', numbers: ['+14155550100'] },
          { domain: 'b.test', provider: 'sinch', numbers: ['+14155550100'] },
        ],
      },
    ],
  ])('%s', (problem, json) => {
    expect(problems(json)).toEqual([problem]);
  });

  it('all of them at once, at most twenty', () => {
    expect(problems({ provider: 1, domain: 2 })).toHaveLength(2);
    const many = problems({ countries: Array.from({ length: 50 }, () => 'x') });
    expect(many).toHaveLength(21);
    expect(many.at(-1)).toBe('and 30 more problems');
  });

  it('in one line whatever stands in the file', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('listen', 'numbers', 'x\ny', 'auth'), fc.jsonValue()), (json) => {
        expect(problems(json).filter((line) => /[\r\n]/.test(line) || line.length > 400)).toEqual([]);
      }),
    );
  });
});

describe('a secret is never repeated', () => {
  const secret = 'hunter2';

  it.each([
    { auth: secret },
    { auth: { credentials: secret } },
    { auth: { credentials: [secret] } },
    { auth: { credentials: { endpoint: secret } } },
    {
      auth: {
        credentials: [
          { username: 'a', password: secret },
          { username: 'a', password: secret },
        ],
      },
    },
    { auth: { credentials: [{ username: `${secret}"`, password: 5 }] } },
    { auth: { credentials: [{ username: 'a', pasword: secret }] } },
    { auth: { password: secret } },
    { numbers: [{ number: '+14155550100', to: [`agent:${secret}@127.0.0.1`] }] },
    { numbers: [{ number: '+14155550100', to: `sip:agent:${secret}@127.0.0.1` }] },
    { numbers: [{ number: '+14155550100', twiml: `htp://user:${secret}@host/` }] },
    { domain: `user:${secret}@host` },
    { twilio: { authToken: `${secret} ` } },
    { twilio: { authToken: [secret] } },
    { twilio: { referUrl: `htp://user:${secret}` } },
  ])('%j', (json) => {
    const found = problems(json);
    expect(found).not.toEqual([]);
    expect(found.join('\n')).not.toContain(secret);
  });
});

describe('a configuration file', () => {
  const file = (text: string): string => {
    const folder = mkdtempSync(join(tmpdir(), 'patchcord-config-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'trunk.json'), text);
    return join(folder, 'trunk.json');
  };
  const read = (path: string) => loadGiven({ disk: realDisk, clock: new VirtualClock() }, path, `${path}.old`);
  const errors = async (path: string): Promise<string[]> => {
    const loaded = await read(path);
    return loaded.ok ? [] : loaded.error;
  };

  it('is read, with or without a byte order mark', async () => {
    expect(await read(file('{"provider": "sinch"}'))).toMatchObject({ value: { config: { provider: 'sinch' } } });
    expect(await read(file('\uFEFF{}'))).toMatchObject({ ok: true });
  });

  it('is named before each of its problems', async () => {
    const path = file('{"numbrs": [], "domain": 5}');
    expect(await errors(path)).toEqual([
      `${path}: domain: must be text in quotes, not 5`,
      `${path}: numbrs: unknown key; did you mean numbers?`,
    ]);
  });

  it('that is not there, or is a folder, is said to be', async () => {
    const path = file('{}');
    expect(await errors(`${path}.missing`)).toEqual([`${path}.missing: there is no such file`]);
    mkdirSync(`${path}.folder`);
    expect(await errors(`${path}.folder`)).toEqual([`${path}.folder: is a folder, not a file`]);
  });

  it.each([
    ['{\n  "provider": plivo\n}', 'line 2, column 15: expected a value'],
    ['{\n  "rtp": {},\n}', 'line 2, column 12: this comma must go: } follows'],
    ['{"a": 1 "b": 2}', 'line 1, column 9: expected a comma or }'],
    ["{'a': 1}", 'line 1, column 2: expected a key in double quotes'],
    ['{"a" 1}', 'line 1, column 6: expected a colon'],
    ['{\n  // the trunk\n}', 'line 2, column 3: JSON has no comments'],
    ['{"a": "b\n"}', 'line 1, column 7: this text lacks its closing quote'],
    ['{"a": "C:\\dir"}', 'line 1, column 10: no escape of JSON; a backslash itself is written as \\\\'],
    ['{"a": "\t"}', 'line 1, column 8: a control character must be written as an escape, such as \\t'],
    ['{"rtp": {}', 'line 1, column 11: the file ends where a comma or } should follow'],
    ['', 'line 1, column 1: the file ends where a value should follow'],
    ['{} {}', 'line 1, column 4: expected the end of the file'],
    ['{"rtp": {}, "rtp": {}}', 'line 1, column 13: the key "rtp" stands here for the second time'],
    ['['.repeat(100), 'line 1, column 66: nested too deeply'],
    [`"${'x'.repeat(2 ** 20)}"`, 'line 1, column 1: longer than a configuration can be (1 MiB)'],
  ])('with the flaw of %j is refused at its place', async (text, problem) => {
    const path = file(text);
    expect(await errors(path)).toEqual([`${path}: ${problem}`]);
  });

  it('with bad JSON does not have its secrets repeated', async () => {
    const path = file('{"auth": {"credentials": [{"username": "a", "password": hunter2}]}}');
    expect(await errors(path)).toEqual([`${path}: line 1, column 57: expected a value`]);
  });
});
