/** Settings that take every patch but the mistakes that a test makes on purpose. */
import { ContractFailure } from '../../../src/contract/client.ts';
import type { ContractEvent } from '../../../src/contract/events.ts';
import type { SettingsStorage } from '../../../src/contract/model.ts';
import type { Settings, TrunkSettings } from '../../../src/contract/settings.ts';

const PEOPLE = ['Dana Whitfield', 'Billing', 'Night desk', 'Lab', 'Reception', 'London office', 'Switchboard'];

export const settings: Settings = {
  listen: { host: '127.0.0.1', udp: 5060, tcp: 5060, tls: 5061, http: 8060 },
  tls: { verify: 'public' },
  rtp: { portMin: 20_000, portMax: 29_999 },
  provider: 'plivo',
  domain: 'demo.zt.patchcord.test',
  domains: [],
  plivo: { barredCountryCode: 4560 },
  numbers: [
    { number: '+14155550100', to: ['console'] },
    { number: '+14155550101', to: ['sip:agent@127.0.0.1:5080', 'sip:agent@backup.example.test'] },
  ],
  devices: 'newest',
  auth: {
    allow: ['127.0.0.0/8', '::1/128'],
    credentials: [{ username: 'pbx' }],
    algorithms: ['SHA-512-256', 'SHA-256', 'MD5'],
  },
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
  media: { codecs: ['PCMU', 'PCMA'], timeoutSeconds: 30, heldTimeoutSeconds: 1800, srtp: 'off', inbandDtmf: false },
  countries: ['US', 'CA', 'GB'],
  parties: PEOPLE.map((name, i) => ({
    number: `+1415555020${i}`,
    name,
    behaviour: i === 2 ? 'busy' : 'answer',
    afterMs: 1500,
    caller: i === 0,
  })),
  records: { finalAfterSeconds: 0 },
  twilio: {
    accountSid: `AC${'0'.repeat(32)}`,
    hasAuthToken: false,
    transferMode: 'enable-all',
    transferCallerId: 'from-transferee',
  },
  webhooks: { timeoutSeconds: 15, allow: [] },
  recording: { trunk: false, numbers: [], manual: false, keepDays: 0 },
};

export class ScriptedSettings {
  now = settings;
  needsRestart: string[] = [];
  storage: SettingsStorage | undefined;
  readonly #emit: (event: ContractEvent) => void;

  constructor(emit: (event: ContractEvent) => void) {
    this.#emit = emit;
  }

  get(): TrunkSettings {
    return { settings: this.now, providers: ['plivo', 'sinch', 'twilio'], needsRestart: this.needsRestart };
  }

  /** `domain` must have a dot, and a ring time digits; else it is refused as the trunk refuses. */
  set(patch: Record<string, unknown>): { changed: string[]; needsRestart: string[] } {
    const { domain, limits, twilio, webhooks, plivo, recording, ...rest } = patch as {
      domain?: string;
      plivo?: Settings['plivo'];
      recording?: Partial<Settings['recording']>;
      limits?: Partial<Settings['limits']>;
      twilio?: { accountSid: string; authToken?: string | null; referUrl: string | null };
      webhooks?: Settings['webhooks'];
    };
    const { authToken, referUrl, ...account } = twilio ?? {};
    const problems = [
      ...(domain?.includes('.') === false ? ['domain: must be a host name, such as demo.zt.patchcord.test'] : []),
      ...(limits?.ringSeconds !== undefined && typeof limits.ringSeconds !== 'number'
        ? [`limits.ringSeconds: must be a whole number from 1 to 600, not "${String(limits.ringSeconds)}"`]
        : []),
      ...(twilio && !/^AC[\da-f]{32}$/.test(twilio.accountSid)
        ? ['twilio.accountSid: must be AC and 32 hexadecimal digits']
        : []),
    ];
    if (problems.length > 0) throw new ContractFailure({ code: 'bad-request', message: problems.join('\n') });
    this.change({
      ...rest,
      ...(domain === undefined ? {} : { domain }),
      limits: { ...this.now.limits, ...limits },
      webhooks: { ...this.now.webhooks, ...webhooks },
      plivo: { ...this.now.plivo, ...plivo },
      recording: { ...this.now.recording, ...recording },
      twilio: {
        ...this.now.twilio,
        ...account,
        ...(typeof referUrl === 'string' ? { referUrl } : {}),
        hasAuthToken: authToken === undefined ? this.now.twilio.hasAuthToken : authToken !== null,
      },
    });
    return { changed: Object.keys(patch), needsRestart: this.needsRestart };
  }

  save({ overwrite }: { overwrite: boolean }): SettingsStorage {
    const { problem: _, ...storage } = this.storage!;
    this.store(overwrite || storage.state !== 'conflict' ? { ...storage, state: 'saved' } : this.storage!);
    return this.storage!;
  }

  store(storage: SettingsStorage): void {
    this.storage = storage;
    this.#emit({ type: 'storageChanged', storage });
  }

  change(part: Partial<Settings>): void {
    this.now = { ...this.now, ...part, auth: { ...this.now.auth, ...part.auth } };
    this.#emit({ type: 'settingsChanged', settings: this.now });
  }
}
