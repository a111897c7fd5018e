/** linphone's console program as an endpoint: it registers, answers by itself, says a tone and records what it hears. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePorts } from './ports.ts';
import { heardIn, toneFile, type Heard } from './sound.ts';
import { startTool, temporaryFolder } from './tool.ts';

export interface Linphone {
  /** Types a command, such as `call` or `transfer`. */
  command(...words: string[]): void;
  output(): string;
  /** Ends it. @returns what it heard in all its calls; nothing when it had none */
  stop(): Promise<Heard>;
}

const LAST_WORDS_MS = 3000;

export interface LinphoneOptions {
  /** `host:port` of the trunk. */
  readonly trunk: string;
  /** UDP by default. */
  readonly transport?: 'udp' | 'tcp' | 'tls';
  readonly domain: string;
  readonly user: string;
  readonly password: string;
  /** What it says, in hertz. */
  readonly hz: number;
  /** It takes and offers nothing but SRTP by SDES. */
  readonly encrypted?: boolean;
}

export async function startLinphone(wanted: LinphoneOptions): Promise<Linphone> {
  const { trunk, transport = 'udp', domain, user, password, hz, encrypted = false } = wanted;
  const folder = temporaryFolder();
  const sip = await freePorts();
  const media = await freePorts();
  const [tone, heard, config] = ['tone.wav', 'heard.wav', 'linphonerc'].map((name) => path.join(folder.path, name));
  // It keeps its database there, and makes no folders.
  mkdirSync(path.join(folder.path, '.local/share/linphone'), { recursive: true });
  writeFileSync(tone!, toneFile(hz));
  const sections = {
    sip: {
      sip_port: sip,
      sip_tcp_port: sip,
      sip_tls_port: sip + 1,
      default_proxy: 0,
      use_ipv6: 0,
      ...(encrypted && { media_encryption: 'srtp', media_encryption_mandatory: 1 }),
    },
    rtp: { audio_rtp_port: media },
    video: { enabled: 0 },
    proxy_0: {
      reg_proxy: `<sip:${trunk};transport=${transport}>`,
      reg_route: `<sip:${trunk};transport=${transport};lr>`,
      reg_identity: `sip:${user}@${domain}`,
      reg_expires: 60,
      reg_sendregister: 1,
    },
    auth_info_0: { username: user, passwd: password },
  };
  const lines = Object.entries(sections).flatMap(([name, values]) => [
    `[${name}]`,
    ...Object.entries(values).map(([key, value]) => `${key}=${value}`),
  ]);
  writeFileSync(config!, `${lines.join('\n')}\n`);
  const run = startTool('linphonec', ['-a', '-c', config!], folder.path, { env: { HOME: folder.path }, typed: true });
  // Files in the place of a sound card.
  for (const line of ['soundcard use files', `play ${tone}`, `record ${heard}`]) run.type(line);
  let stopped: Promise<Heard> | undefined;
  const stop = async (): Promise<Heard> => {
    run.type('quit');
    // It closes its recording on the way out, and takes its time to unregister.
    await Promise.race([run.exit, delay(LAST_WORDS_MS, undefined, { ref: false })]);
    await run.stop();
    const energy = existsSync(heard!) ? heardIn(readFileSync(heard!)) : () => 0;
    folder.remove();
    return energy;
  };
  return {
    command: (...words) => run.type(words.join(' ')),
    output: run.output,
    stop: () => (stopped ??= stop()),
  };
}
