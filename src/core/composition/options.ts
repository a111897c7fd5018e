/** What the host gives a trunk to start with. */
import type { ConfigFile } from '../config/config-file.ts';
import type { Sound } from '../media/sound.ts';
import type { Occasion } from '../parties/phone.ts';
import type { Party } from '../parties/party.ts';
import type { Resolver, UpgradeSource } from '../transport/index.ts';
import type { TlsIdentityOptions } from './tls-identity.ts';

export interface TrunkOptions extends TlsIdentityOptions {
  /** The WebSocket handshakes of a path (`/sip`, `/audio/`) on an HTTP server that listens already, or will soon. */
  readonly upgrades: (path: string) => UpgradeSource;
  /** Whoever has it may open that WebSocket. */
  readonly token: string;
  /** Origins of the pages that may. */
  readonly origins: () => readonly string[];
  /** Where changes of the configuration are kept; without it they end with the trunk. */
  readonly configFile?: ConfigFile | undefined;
  /** Path of the SQLite file, or `:memory:`. */
  readonly recordsFile: string;
  /** Folder of the recordings of calls (P28); without it nothing is recorded. */
  readonly recordingsFolder?: string | undefined;
  /** Folder of what parties say and of the trunk's own sounds; by default next to the media code. */
  readonly soundsDir?: string;
  /** Looks names up; by default with the name servers of the system. */
  readonly resolver?: Resolver;
  /** Where the application is that numbers with `twiml: "demo"` lead to. */
  readonly demoUrl?: string | undefined;
  /** What parties say, in place of the recordings. */
  readonly lines?: (party: Party, occasion: Occasion) => readonly Sound[];
}
