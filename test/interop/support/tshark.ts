/** Captures loopback traffic with tshark and asks its dissectors about it. */
import { randomUUID } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { vi } from 'vitest';
import { askTool, startTool, temporaryFolder } from './tool.ts';

export interface Capture {
  /** Stops listening, with everything that was sent before. */
  stop(): Promise<void>;
  /**
   * One row for each packet that the display filter selects, one column for each field.
   * @param sipPorts UDP ports that tshark is to take for SIP
   */
  rows(filter: string, fields: readonly string[], sipPorts: readonly number[]): string[][];
  /** Ends tshark, if it is still there, and deletes the capture. */
  close(): Promise<void>;
}

const STARTED_MS = 15_000;
/** Nobody listens there. RFC 863. */
const DISCARD_PORT = 9;

/** Resolves when packets are being captured. */
export async function startCapture(): Promise<Capture> {
  const folder = temporaryFolder();
  const file = path.join(folder.path, 'capture.pcapng');
  const run = startTool('tshark', ['-i', 'lo', '-f', 'udp', '-w', file], folder.path);
  await vi.waitFor(
    () => {
      if (!run.output().includes('Capturing on')) throw new Error(`tshark does not capture: ${run.output()}`);
    },
    { timeout: STARTED_MS, interval: 50 },
  );
  return {
    stop: async () => {
      await saw(file, randomUUID());
      await run.stop();
    },
    rows: (filter, fields, sipPorts) => {
      const asSip = sipPorts.flatMap((port) => ['-d', `udp.port==${port},sip`]);
      const columns = fields.flatMap((field) => ['-e', field]);
      const args = ['-n', '-r', file, ...asSip, '-Y', filter, '-T', 'fields', ...columns];
      const stdout = askTool('tshark', args);
      return stdout.split('\n').flatMap((line) => (line === '' ? [] : [line.split('\t')]));
    },
    close: async () => {
      await run.stop();
      folder.remove();
    },
  };
}

/** Packets reach the file in batches: sends one more, and waits until it is there. */
async function saw(file: string, mark: string): Promise<void> {
  const socket = createSocket('udp4');
  socket.send(mark, DISCARD_PORT, '127.0.0.1');
  await vi.waitUntil(() => readFileSync(file).includes(mark), { timeout: STARTED_MS, interval: 50 });
  socket.close();
}
