/** The NOTIFYs on a memory network that ended the subscription of a REFER. */
import type { MemoryNetwork } from './memory-network.ts';

interface Accepted {
  /** Call-ID and tag of who sent the REFER. */
  readonly dialog: string;
  readonly id: string;
  readonly lines: Map<string, string>;
  /** Whoever sent the REFER answered a NOTIFY with 481: it does not want to hear how it ended. */
  unwanted: boolean;
}

/**
 * For each REFER that was accepted, the status lines of the NOTIFYs that said `terminated`, repetitions left out. W2.
 * Those that whoever sent the REFER has itself ended with 481 are left out (P10).
 */
export function finalNotifies({ sent }: Pick<MemoryNetwork, 'sent'>): string[][] {
  const accepted: Accepted[] = [];
  const notified = new Map<string, Accepted>();
  for (const { text, startLine } of sent) {
    const [seq = '', method] = field(text, 'CSeq').split(' ');
    const callId = field(text, 'Call-ID');
    if (startLine.startsWith('SIP/2.0 202') && method === 'REFER') {
      const dialog = `${callId} ${tag(text, 'From')}`;
      if (!accepted.some((each) => each.dialog === dialog && each.id === seq))
        accepted.push({ dialog, id: seq, lines: new Map(), unwanted: false });
    } else if (startLine.startsWith('NOTIFY')) {
      const dialog = `${callId} ${tag(text, 'To')}`;
      const id = /^Event: refer;id=(\d+)/m.exec(text)?.[1];
      const about = accepted.find((each) => each.dialog === dialog && (id === undefined || each.id === id));
      if (!about) throw new Error(`a NOTIFY about no REFER: ${text}`);
      notified.set(`${dialog} ${seq}`, about);
      if (/^Subscription-State: terminated/m.test(text)) about.lines.set(seq, text.split('\r\n\r\n')[1]?.trim() ?? '');
    } else if (startLine.startsWith('SIP/2.0 481') && method === 'NOTIFY') {
      const about = notified.get(`${callId} ${tag(text, 'To')} ${seq}`);
      if (about) about.unwanted = true;
    }
  }
  return accepted.filter(({ unwanted }) => !unwanted).map(({ lines }) => [...lines.values()]);
}

function field(text: string, name: string): string {
  return new RegExp(`^${name}: (.*)$`, 'm').exec(text)?.[1]?.trim() ?? '';
}

function tag(text: string, name: string): string {
  return /;tag=([^;]+)/.exec(field(text, name))?.[1] ?? '';
}
