/** What a configuration may hold: every key, its default, and a sentence about it that the JSON Schema shows. */
import { z } from 'zod';
import { Behaviour } from '../../nouns/directory.ts';
import { Provider } from '../../nouns/trunk.ts';
import { isSipUri, parseUri } from '../message/index.ts';
import type { DigestAlgorithm } from '../ua/digest.ts';
import { defaultNumbers, defaultParties, demoNumber } from './defaults.ts';
import { e164 } from './e164.ts';
import { listen, rtp, tls } from './listening.ts';
import { media } from './media.ts';
import { isSubnet } from './net.ts';
import { recording } from './recording.ts';
import { isWebAddress, twilio, WEB_ADDRESS, webhooks } from './applications.ts';

/** Of the format of configuration files. */
export const CONFIG_VERSION = 1;

/** Labels of letters, digits and inner hyphens, at most 63 long each (RFC 1123 §2.1). */
const HOST_NAME = /^[A-Za-z\d](?:[A-Za-z\d-]{0,61}[A-Za-z\d])?(?:\.[A-Za-z\d](?:[A-Za-z\d-]{0,61}[A-Za-z\d])?)*$/;

const DESTINATION = 'must be "console" or a SIP URI, such as sip:agent@127.0.0.1:5080';

const destination = z
  .string()
  .regex(/^(?:console$|sips?:)/, DESTINATION)
  .refine((text) => text === 'console' || isSipText(text), DESTINATION);

/** Which devices of somebody who has registered several are rung. */
export type Devices = z.output<typeof devices>;

const devices = z.enum(['newest', 'all', 'in-turn']);

const number = z.strictObject({
  number: e164.describe('The number in E.164, such as +14155550100.'),
  to: z
    .array(destination)
    .min(1)
    .max(2)
    .optional()
    .describe(
      'Who is rung: "console" or a SIP URI. The second is the fallback, used when the first fails or stays silent.',
    ),
  devices: devices
    .optional()
    .describe('Which devices of a user ring for calls to this number; without it as devices says for all.'),
  twiml: z
    .string()
    .max(4096)
    .refine((text) => text === 'demo' || isWebAddress(text), `${WEB_ADDRESS}, or "demo"`)
    .optional()
    .describe(
      'URL that gives the TwiML to run on calls to this number, instead of to; "demo" is the application that the ' +
        'trunk brings along. Only with the provider twilio.',
    ),
  twimlMethod: z.enum(['POST', 'GET']).optional().describe('How that URL is requested; POST by default.'),
});

const credential = z.strictObject({
  username: z
    .string()
    .regex(/^[^\p{Cc}"\\]+$/u, 'must be text without control characters, quotes or backslashes')
    .describe('Digest user name.'),
  password: z.string().min(1).describe('Digest password. It never leaves the trunk.'),
});

const auth = z.strictObject({
  allow: z
    .array(z.string().refine(isSubnet, 'must be an IP address or a network, such as 192.168.1.0/24 or 2001:db8::/32'))
    .default(['127.0.0.0/8', '::1/128'])
    .describe('Addresses and networks whose requests need no credentials.'),
  credentials: z.array(credential).default([]).describe('Who else may send requests, after a digest challenge.'),
  algorithms: z
    .array(z.enum(['SHA-512-256', 'SHA-256', 'MD5'] satisfies DigestAlgorithm[]))
    .min(1)
    .max(3)
    .default(['MD5'])
    .describe(
      'What a digest challenge offers, in this order. Much equipment takes the first one or gives up: ' +
        'SIPp and linphone 5.1 where they do not know it, baresip 1.0 where there is more than MD5.',
    ),
});

const limits = z.strictObject({
  concurrentCalls: z
    .int()
    .min(1)
    .max(100_000)
    .default(100)
    .describe('Calls at the same time; the transfer leg of a call counts as one more.'),
  callsPerSecond: z.int().min(1).max(10_000).default(50).describe('New calls and transfer legs in a second.'),
  overRate: z
    .enum(['refuse', 'queue'])
    .default('refuse')
    .describe('What becomes of calls over callsPerSecond: 503, or they wait for their turn, as far as queue* allow.'),
  queueLength: z.int().min(1).max(10_000).default(100).describe('How many may wait at the same time; more get 503.'),
  queueSeconds: z
    .int()
    .min(1)
    .max(25)
    .default(10)
    .describe('How long one may have to wait, in seconds; a call whose turn would come later gets 503 at once.'),
  requestsPerSecond: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(5000)
    .describe('New SIP requests in a second, those inside calls not counted; more are answered 503.'),
  requestsPerSecondPerSource: z.int().min(1).max(1_000_000).default(2000).describe('The same from one address.'),
  ringSeconds: z
    .int()
    .min(1)
    .max(600)
    .default(30)
    .describe('How long a target may ring, in seconds, before 408 Request Timeout.'),
  fallbackSeconds: z
    .int()
    .min(1)
    .max(600)
    .default(5)
    .describe(
      'How long the primary URI of a number may stay silent, in seconds, before its fallback is rung. ' +
        'Silent means neither 180 nor 183; 100 Trying does not count.',
    ),
});

const COUNTRY = 'must be a country code of two capital letters, such as US';

const country = z
  .string()
  .regex(/^[A-Z]{2}$/, COUNTRY)
  .refine(isCountry, {
    error: ({ input }) => (input === 'UK' ? 'must be GB for the United Kingdom' : COUNTRY),
  });

const party = z.strictObject({
  number: e164.describe('The number in E.164, such as +14155551234.'),
  name: z.string().min(1).max(80).describe('The name that people see.'),
  behaviour: Behaviour.default('answer').describe('What this simulated phone does when it is called.'),
  afterMs: z.int().min(0).max(600_000).default(1000).describe('Delay before the behaviour shows, in milliseconds.'),
  caller: z.boolean().default(false).describe('May be chosen to place practice calls.'),
});

const records = z.strictObject({
  file: z
    .string()
    .min(1)
    .optional()
    .describe(
      'SQLite file of call records and traces, relative to this configuration; ":memory:" keeps nothing. ' +
        "Default: records.sqlite in the platform's folder for application data.",
    ),
  finalAfterSeconds: z
    .int()
    .min(0)
    .max(3600)
    .default(0)
    .describe('Delay between the end of a call and its final record, in seconds.'),
});

const domain = z
  .string()
  .max(253)
  .regex(HOST_NAME, 'must be a host name, such as demo.zt.patchcord.test')
  .toLowerCase();

const plivo = z.strictObject({
  barredCountryCode: z
    .literal([4560, 4650])
    .default(4560)
    .describe(
      'Hangup code of a call to a country that is not enabled: 4560 in the list of codes, 4650 on the page about geo permissions.',
    ),
});

const otherDomain = z.strictObject({
  domain: domain.describe('Name of the domain.'),
  provider: Provider.describe('Whose rules for transfers hold for its calls.'),
  numbers: z
    .array(e164)
    .default([])
    .describe('Which of the numbers of the trunk belong to it; the others belong to the main domain.'),
});

export const configSchema = z
  .strictObject({
    $schema: z.string().optional().describe('Where editors find this schema. The trunk ignores it.'),
    version: z
      .int()
      .min(1)
      .max(CONFIG_VERSION)
      .optional()
      .describe('Version of this format, 1. A later Patchcord knows by it how to read the file.'),
    listen: listen.prefault({}).describe('Address and ports to listen on.'),
    tls: tls.prefault({}).describe('Certificates of SIP over TLS.'),
    rtp: rtp.prefault({}).describe('Ports for audio.'),
    provider: Provider.default('plivo').describe('Whose rules for transfers the trunk follows.'),
    domain: domain.default('demo.zt.patchcord.test').describe('Domain of the trunk: the host part of its SIP URIs.'),
    domains: z
      .array(otherDomain)
      .max(100)
      .default([])
      .describe('Further domains of the trunk, each with the rules of a provider of its own.'),
    numbers: z
      .array(number)
      .prefault(defaultNumbers)
      .describe(
        'Numbers of the trunk and whom they ring. Under the provider twilio there is a demo number by default.',
      ),
    devices: devices
      .default('newest')
      .describe(
        'Which devices of a user ring who has registered several: the newest one, all at once (the first answer wins), ' +
          'or in turn, each as long as limits.ringSeconds and limits.fallbackSeconds say.',
      ),
    auth: auth.prefault({}).describe('Who may use the trunk.'),
    limits: limits.prefault({}).describe('Capacity, and how long a target may ring.'),
    countries: z
      .array(country)
      .default(['US', 'CA', 'GB'])
      .describe('Countries that may be called, as ISO 3166-1 codes of two letters.'),
    parties: z.array(party).prefault(defaultParties).describe('Simulated phones that call and can be called.'),
    media: media
      .prefault({})
      .describe('Sound: encryption, when a far end that has gone silent counts as lost, tones, hold music, keys.'),
    records: records.prefault({}).describe('Call records and traces.'),
    recording: recording.prefault({}).describe('Which calls are recorded as sound.'),
    plivo: plivo.prefault({}).describe('What the pages of Plivo leave open.'),
    twilio: twilio.prefault({}).describe('The account, and transfers, under the provider twilio.'),
    webhooks: webhooks.prefault({}).describe('Requests to applications that give TwiML.'),
  })
  .describe('Configuration of a Patchcord trunk. Every key may be left out.');

/** A configuration with every default applied. */
export type Config = z.output<typeof configSchema>;

/** The numbers of a trunk for which nobody has configured any. */
export function numbersByDefault(main: Config['provider']): Config['numbers'] {
  return z.array(number).parse(main === 'twilio' ? [...defaultNumbers, demoNumber] : defaultNumbers);
}

function isSipText(text: string): boolean {
  const uri = parseUri(text);
  return uri.ok && isSipUri(uri.value);
}

const regionNames = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });

function isCountry(code: string): boolean {
  // UK is reserved for the United Kingdom and has a name, but its code is GB; ZZ means unknown.
  if (!/^[A-Z]{2}$/.test(code) || code === 'UK' || code === 'ZZ') return false;
  return regionNames.of(code) !== undefined;
}
