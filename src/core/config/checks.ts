/** Rules of a configuration that concern more than one key. */
import { isIP } from 'node:net';
import { isLoopback } from '../address/ranges.ts';
import { isPasswordHidden } from '../message/index.ts';
import { isWildcard } from '../transport/index.ts';
import { bindAddress } from './net.ts';
import type { Config } from './schema.ts';

/** One line for each rule that is broken, beginning with the key to change. */
export function brokenRules(config: Config): string[] {
  return [
    ...exposed(config),
    ...advertised(config),
    ...elsewhereTwiml(config),
    ...homeless(config),
    ...ports(config),
    ...certificate(config),
    ...destinations(config),
    ...strangers(config),
    ...hidden(config),
    ...duplicates('the domain', [
      ['domain', config.domain] as const,
      ...config.domains.map(({ domain }, i) => [`domains[${i}].domain`, domain] as const),
    ]),
    ...duplicates(
      'the number',
      config.domains.flatMap(({ numbers }, i) =>
        numbers.map((number, j) => [`domains[${i}].numbers[${j}]`, number] as const),
      ),
    ),
    ...duplicates('the number', [
      ...config.numbers.map(({ number }, i) => [`numbers[${i}].number`, number] as const),
      ...config.parties.map(({ number }, i) => [`parties[${i}].number`, number] as const),
    ]),
    ...duplicates(
      'the number',
      config.recording.numbers.map((number, i) => [`recording.numbers[${i}]`, number] as const),
    ),
    ...duplicates(
      'the country',
      config.countries.map((country, i) => [`countries[${i}]`, country] as const),
    ),
    ...duplicates(
      'the algorithm',
      config.auth.algorithms.map((name, i) => [`auth.algorithms[${i}]`, name] as const),
    ),
    ...duplicates(
      'the user name',
      config.auth.credentials.map(({ username }, i) => [`auth.credentials[${i}].username`, username] as const),
    ),
  ];
}

function exposed({ listen, auth }: Config): string[] {
  if (isLoopback(listen.host) || auth.credentials.length > 0) return [];
  return [
    `listen.host: other machines can reach ${listen.host}, so the trunk needs auth.credentials; add a username and a password there, or listen on 127.0.0.1`,
  ];
}

/** An address for other machines: one that they can use, of a family in which the trunk listens. */
function advertised({ listen: { host, advertise } }: Config): string[] {
  if (advertise === undefined) return [];
  if (isLoopback(host)) {
    return [`listen.advertise: nobody else can reach ${host}; set listen.host to 0.0.0.0, or leave this out`];
  }
  if (isLoopback(advertise) || isWildcard(bindAddress(advertise))) {
    return [
      `listen.advertise: other machines cannot reach ${advertise}; name the address under which they see this one`,
    ];
  }
  if (bindAddress(host) === '::' || isIP(host) === isIP(advertise)) return [];
  return [`listen.advertise: ${advertise} is not of the family of listen.host, ${host}; set listen.host to ::`];
}

/** TwiML runs on the numbers of domains whose provider runs it. */
function elsewhereTwiml({ provider: main, domains, numbers }: Config): string[] {
  return numbers.flatMap(({ number, to, twiml }, i) => {
    const home = domains.find((each) => each.numbers.includes(number));
    const provider = home?.provider ?? main;
    if (twiml === undefined || to !== undefined || provider === 'twilio') return [];
    const whose = home ? `the domain ${home.domain}` : 'the trunk';
    return [
      `numbers[${i}].twiml: TwiML runs under the provider twilio, and that of ${whose} is ${provider}; use \`to\`, or give the number to a domain of twilio`,
    ];
  });
}

/** Recordings live beside the records, unless these are in memory only. */
function homeless({ recording, records }: Config): string[] {
  const wanted = recording.trunk || recording.manual || recording.numbers.length > 0;
  if (!wanted || recording.folder !== undefined || records.file !== ':memory:') return [];
  return ['recording.folder: say where recordings go, since records.file is ":memory:"'];
}

function ports({ listen, rtp }: Config): string[] {
  const problems: string[] = [];
  // UDP ports are a space of their own.
  const byPort = new Map<number, string>();
  for (const key of ['tcp', 'tls', 'http'] as const) {
    const port = listen[key];
    const other = byPort.get(port);
    if (port === 0) continue;
    if (other === undefined) byPort.set(port, key);
    else problems.push(`listen.${key}: must differ from listen.${other}, which is ${port} as well`);
  }
  if (rtp.portMin >= rtp.portMax) {
    problems.push(`rtp.portMax: must be greater than rtp.portMin (${rtp.portMin}), not ${rtp.portMax}`);
  }
  if (listen.udp >= rtp.portMin && listen.udp <= rtp.portMax) {
    problems.push(
      `listen.udp: must lie outside the ports for audio (${rtp.portMin} to ${rtp.portMax}), not ${listen.udp}`,
    );
  }
  return problems;
}

function certificate({ tls }: Config): string[] {
  if (tls.certFile !== undefined && tls.keyFile === undefined)
    return ['tls.keyFile: the key of tls.certFile is missing'];
  if (tls.keyFile !== undefined && tls.certFile === undefined) {
    return ['tls.certFile: the certificate of tls.keyFile is missing'];
  }
  return [];
}

function destinations({ numbers }: Config): string[] {
  return numbers.flatMap(({ to, twiml }, i) => {
    if ((to === undefined) !== (twiml === undefined)) return [];
    const flaw = to === undefined ? 'needs to or twiml' : 'has both to and twiml; keep one of them';
    return [`numbers[${i}]: ${flaw}`];
  });
}

/** Settings are shown without passwords: what was copied from there lacks them. */
function hidden({ numbers, twilio }: Config): string[] {
  const uris = [
    ...numbers.flatMap(({ to = [], twiml }, i) => [
      ...to.map((uri, j) => [`numbers[${i}].to[${j}]`, uri] as const),
      [`numbers[${i}].twiml`, twiml] as const,
    ]),
    ['twilio.referUrl', twilio.referUrl] as const,
  ];
  return uris.flatMap(([path, uri]) =>
    uri !== undefined && isPasswordHidden(uri) ? [`${path}: the password is hidden here; write it out`] : [],
  );
}

/** Numbers of a domain that are no numbers of the trunk: nothing would say whom they ring. */
function strangers({ domains, numbers }: Config): string[] {
  const known = new Set(numbers.map(({ number }) => number));
  return domains.flatMap((each, i) =>
    each.numbers.flatMap((number, j) =>
      known.has(number)
        ? []
        : [`domains[${i}].numbers[${j}]: ${number} is not in numbers; add it there and say whom it rings`],
    ),
  );
}

function duplicates(what: string, entries: readonly (readonly [path: string, value: string])[]): string[] {
  const first = new Map<string, string>();
  return entries.flatMap(([path, value]) => {
    const before = first.get(value);
    if (before !== undefined) return [`${path}: ${what} ${value} is already at ${before}`];
    first.set(value, path);
    return [];
  });
}
