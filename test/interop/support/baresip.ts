/** baresip as an endpoint: it registers, answers by itself, says a tone and records what it hears. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { formatAddress } from '../../../src/core/transport/index.ts';
import type { Namespace } from './namespace.ts';
import { freePorts } from './ports.ts';
import { heardIn, toneFile, type Heard } from './sound.ts';
import { startTool, temporaryFolder } from './tool.ts';

export interface Baresip {
  /** Gives a command of its menu, such as `dial` or `transfer`. */
  command(command: string, params?: string): void;
  output(): string;
  /** Ends it. @returns what it heard in each call */
  stop(): Promise<Heard[]>;
}

const MODULES = '/usr/lib/baresip/modules';

export interface BaresipOptions {
  /** `host:port` of the trunk. */
  readonly trunk: string;
  /** UDP by default. */
  readonly transport?: 'udp' | 'tcp' | 'tls';
  readonly domain: string;
  readonly user: string;
  /** What it says, in hertz. */
  readonly hz: number;
  readonly codec?: 'PCMU' | 'PCMA';
  /** SRTP by SDES: `srtp` is offered as RTP/AVP with keys, `srtp-mand` as RTP/SAVP, and nothing else is taken. */
  readonly encryption?: 'srtp' | 'srtp-mand';
  readonly credentials?: { readonly username: string; readonly password: string };
  /** Where it runs, and its address there; this machine's loopback by default. */
  readonly at?: { readonly machine: Namespace; readonly host: string };
}

/** Sends a line to a port of loopback. */
const SEND = `
import { connect } from 'node:net';
const { port, text } = JSON.parse(process.argv[1]);
const socket = connect(port, '127.0.0.1', () => socket.end(text));
socket.on('data', () => {});
`;

export async function startBaresip(wanted: BaresipOptions): Promise<Baresip> {
  const { trunk, transport = 'udp', domain, user, hz, codec = 'PCMU', encryption, credentials, at } = wanted;
  const folder = temporaryFolder();
  const control = await freePorts();
  const sip = await freePorts();
  const heard = path.join(folder.path, 'heard');
  const tone = path.join(folder.path, 'tone.wav');
  mkdirSync(heard);
  writeFileSync(tone, toneFile(hz));
  writeFileSync(
    path.join(folder.path, 'config'),
    [
      `module_path ${MODULES}`,
      `sip_listen ${formatAddress({ host: at?.host ?? '127.0.0.1', port: sip })}`,
      `audio_source aufile,${tone}`,
      // Where sound ends; what is decoded on the way goes to the folder `heard`.
      'audio_player aubridge,nowhere',
      `snd_path ${heard}`,
      `ctrl_tcp_listen 127.0.0.1:${control}`,
      ...['g711', 'aufile', 'aubridge', 'sndfile'].map((name) => `module ${name}.so`),
      ...(encryption ? ['module srtp.so'] : []),
      'module_tmp account.so',
      ...['menu', 'ctrl_tcp'].map((name) => `module_app ${name}.so`),
      '',
    ].join('\n'),
  );
  const account = [
    `<sip:${user}@${domain}>`,
    `outbound="sip:${trunk};transport=${transport}"`,
    'regint=60',
    'answermode=auto',
    `audio_codecs=${codec}/8000/1`,
    ...(encryption ? [`mediaenc=${encryption}`] : []),
    ...(credentials ? [`auth_user=${credentials.username}`, `auth_pass=${credentials.password}`] : []),
  ];
  writeFileSync(path.join(folder.path, 'accounts'), `${account.join(';')}\n`);
  const args = [at?.host.includes(':') ? '-6' : '-4', '-f', folder.path];
  const run = at ? at.machine.start('baresip', args, folder.path) : startTool('baresip', args, folder.path);
  let stopped: Promise<Heard[]> | undefined;
  const stop = async (): Promise<Heard[]> => {
    await run.stop();
    const files = readdirSync(heard).filter((name) => name.endsWith('-dec.wav'));
    const calls = files.toSorted().map((name) => heardIn(readFileSync(path.join(heard, name))));
    folder.remove();
    return calls;
  };
  return {
    command: (command, params = '') => {
      // A netstring (`length:text,`) of JSON.
      const text = JSON.stringify({ command, params, token: '' });
      if (at) return void at.machine.script(SEND, { port: control, text: `${text.length}:${text},` });
      const socket = connect(control, '127.0.0.1', () => socket.end(`${text.length}:${text},`));
      socket.on('data', () => {});
      socket.on('error', () => {});
    },
    output: run.output,
    stop: () => (stopped ??= stop()),
  };
}
