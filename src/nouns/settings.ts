/** The configuration of a running trunk without its passwords; those inside URIs are `***`. */
import { z } from 'zod';
import { Behaviour } from './directory.ts';
import { TONE_COUNTRIES } from './tones.ts';
import { Provider, SettingsStorage } from './trunk.ts';

/** Which devices of a user ring who has registered several. */
const Devices = z.enum(['newest', 'all', 'in-turn']);

export const Settings = z.object({
  listen: z.object({
    host: z.string(),
    advertise: z.string().optional(),
    udp: z.number(),
    tcp: z.number(),
    tls: z.number(),
    http: z.number(),
  }),
  tls: z.object({
    certFile: z.string().optional(),
    keyFile: z.string().optional(),
    verify: z.enum(['always', 'public', 'never']),
  }),
  rtp: z.object({ portMin: z.number(), portMax: z.number() }),
  provider: Provider,
  domain: z.string(),
  /** Further domains; their numbers are among those of the trunk. */
  domains: z.array(z.object({ domain: z.string(), provider: Provider, numbers: z.array(z.string()) })),
  plivo: z.object({ barredCountryCode: z.literal([4560, 4650]) }),
  /** Whom each number of the trunk rings: `console` or SIP URIs, the second being the fallback. */
  numbers: z.array(
    z.object({
      number: z.string(),
      to: z.array(z.string()).optional(),
      /** In place of what holds for all numbers. */
      devices: Devices.optional(),
      /** URL of an application, or `demo`. */
      twiml: z.string().optional(),
      twimlMethod: z.enum(['POST', 'GET']).optional(),
    }),
  ),
  devices: Devices,
  auth: z.object({
    /** Addresses and networks whose requests need no credentials. */
    allow: z.array(z.string()),
    credentials: z.array(z.object({ username: z.string() })),
    algorithms: z.array(z.enum(['SHA-512-256', 'SHA-256', 'MD5'])),
  }),
  limits: z.object({
    concurrentCalls: z.number(),
    callsPerSecond: z.number(),
    overRate: z.enum(['refuse', 'queue']),
    queueLength: z.number(),
    queueSeconds: z.number(),
    requestsPerSecond: z.number(),
    requestsPerSecondPerSource: z.number(),
    ringSeconds: z.number(),
    fallbackSeconds: z.number(),
  }),
  /** ISO 3166-1 codes of two letters. */
  countries: z.array(z.string()),
  parties: z.array(
    z.object({
      number: z.string(),
      name: z.string(),
      behaviour: Behaviour,
      afterMs: z.number(),
      caller: z.boolean(),
    }),
  ),
  media: z.object({
    /** What legs speak, in the order in which it is offered. */
    codecs: z.array(z.enum(['opus', 'G722', 'PCMU', 'PCMA'])),
    /** After how many seconds without RTP and RTCP a far end counts as lost; 0 waits for ever. */
    timeoutSeconds: z.number(),
    heldTimeoutSeconds: z.number(),
    /** Encryption by SDES. */
    srtp: z.enum(['off', 'optional', 'required']),
    /** Whose tones are heard; without it those of the country of the trunk's first number. */
    country: z.enum(TONE_COUNTRIES).optional(),
    /** Path of a WAVE file. */
    holdMusic: z.string().optional(),
    /** Whether keys are looked for in the sound of legs that send them in no other way. */
    inbandDtmf: z.boolean(),
  }),
  records: z.object({ file: z.string().optional(), finalAfterSeconds: z.number() }),
  twilio: z.object({
    accountSid: z.string(),
    /** There is an auth token, `twilio.authToken` in a patch; null there takes it away. */
    hasAuthToken: z.boolean(),
    transferMode: z.enum(['disable-all', 'enable-all', 'sip-only']),
    transferCallerId: z.enum(['from-transferee', 'from-transferor']),
    referUrl: z.string().optional(),
  }),
  webhooks: z.object({
    timeoutSeconds: z.number(),
    /** Loopback and private addresses and networks to which documents, Refer-To and the API may lead requests and calls. */
    allow: z.array(z.string()),
  }),
  recording: z.object({
    trunk: z.boolean(),
    numbers: z.array(z.string()),
    /** Recording may be started and stopped by the API. */
    manual: z.boolean(),
    /** 0 keeps recordings until somebody deletes them. */
    keepDays: z.number(),
    folder: z.string().optional(),
  }),
});
export type Settings = z.infer<typeof Settings>;

export const TrunkSettings = z.object({
  settings: Settings,
  /** Profiles that can be chosen. */
  providers: z.array(z.string()),
  /** Keys that differ from what the trunk was started with and count only once it is started anew. */
  needsRestart: z.array(z.string()),
  /** Left out by a trunk that has no configuration file. */
  storage: SettingsStorage.optional(),
});
export type TrunkSettings = z.infer<typeof TrunkSettings>;

/** Paths of keys, e.g. `limits.ringSeconds`. */
export const ConfigureResult = z.object({
  changed: z.array(z.string()),
  /** As in `TrunkSettings`, those of earlier changes included. */
  needsRestart: z.array(z.string()),
});
export type ConfigureResult = z.infer<typeof ConfigureResult>;
