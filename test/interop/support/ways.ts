/** How SIPp and the trunk reach each other over UDP, TCP or TLS. Debian's SIPp has no TLS: tunnels lend it. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { ownIdentity, type TlsIdentity } from '../../../src/core/transport/index.ts';
import { freePorts } from './ports.ts';
import type { SippTransport } from './sipp.ts';
import { temporaryFolder } from './tool.ts';
import { DOMAIN, type InteropTrunk } from './trunk.ts';
import { tunnelFrom, tunnelTo, type Tunnel } from './tunnel.ts';

/** Where SIPp waits for calls, and where the trunk reaches it: a tunnel's port where there is one. */
export interface WayIn {
  readonly port: number;
  readonly publicPort: number;
  /** What a number's `to` names. */
  readonly uri: string;
}

export interface Ways {
  /** The section `tls` of the trunk's configuration: a certificate that the tunnels insist on. */
  readonly tls: { readonly certFile: string; readonly keyFile: string };
  /** A place at which one SIPp is called. */
  wayIn(transport: SippTransport): Promise<WayIn>;
  /** `host:port` at which SIPp calls the trunk. */
  wayOut(transport: SippTransport, trunk: InteropTrunk): Promise<string>;
  close(): void;
}

export async function openWays(): Promise<Ways> {
  const folder = temporaryFolder();
  const identity = await ownIdentity(undefined, [DOMAIN, '127.0.0.1'], Date.now());
  const tunnels: Tunnel[] = [];
  const kept = (tunnel: Tunnel): Tunnel => {
    tunnels.push(tunnel);
    return tunnel;
  };
  return {
    tls: written(identity, folder.path),
    wayIn: async (transport) => {
      const port = await freePorts();
      const publicPort = transport === 'tls' ? kept(await tunnelFrom(identity, port)).port : port;
      const parameter = transport === 'udp' ? '' : `;transport=${transport}`;
      return { port, publicPort, uri: `sip:agent@127.0.0.1:${publicPort}${parameter}` };
    },
    wayOut: async (transport, { real }) => {
      const address = real.trunk.addresses[transport]!;
      if (transport !== 'tls') return address;
      const { port } = kept(await tunnelTo(Number(address.split(':')[1]), DOMAIN, identity.cert));
      return `127.0.0.1:${port}`;
    },
    close: () => {
      for (const tunnel of tunnels) tunnel.close();
      folder.remove();
    },
  };
}

function written({ cert, key }: TlsIdentity, folder: string): Ways['tls'] {
  const files = { certFile: path.join(folder, 'certificate.pem'), keyFile: path.join(folder, 'key.pem') };
  writeFileSync(files.certFile, cert);
  writeFileSync(files.keyFile, key);
  return files;
}
