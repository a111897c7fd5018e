/** The NOTIFYs on a memory network that ended the subscription of a REFER. */
import type { MemoryNetwork } from './memory-network.ts';

/** For each REFER that was accepted, the status lines of the NOTIFYs that said `terminated`, repetitions left out. W2. */
export function finalNotifies({ sent }: MemoryNetwork): string[][] {
  const accepted = new Map<string, { firstOf: boolean; lines: Map<string, string> }>();
  const dialogs = new Set<string>();
  for (const { text, startLine } of sent) {
    const callId = field(text, 'Call-ID');
    const [seq = '', method] = field(text, 'CSeq').split(' ');
    if (startLine.startsWith('SIP/2.0 202') && method === 'REFER') {
      const key = `${callId} ${seq}`;
      if (!accepted.has(key)) accepted.set(key, { firstOf: !dialogs.has(callId), lines: new Map() });
      dialogs.add(callId);
    }
    if (!startLine.startsWith('NOTIFY') || !/^Subscription-State: terminated/m.test(text)) continue;
    const id = /^Event: refer;id=(\d+)/m.exec(text)?.[1];
    const about = [...accepted].find(([key, { firstOf }]) =>
      id === undefined ? firstOf && key.startsWith(`${callId} `) : key === `${callId} ${id}`,
    );
    if (!about) throw new Error(`a NOTIFY about no REFER: ${text}`);
    about[1].lines.set(seq, text.split('\r\n\r\n')[1]?.trim() ?? '');
  }
  return [...accepted.values()].map(({ lines }) => [...lines.values()]);
}

function field(text: string, name: string): string {
  return new RegExp(`^${name}: (.*)$`, 'm').exec(text)?.[1]?.trim() ?? '';
}
