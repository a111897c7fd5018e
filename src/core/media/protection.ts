/**
 * SRTP of one plain leg, between its socket and whoever reads packets: M5. Keys come from descriptions (`sdp/sdes.ts`). What is
 * not authentic is counted and dropped; nothing after it sees it, so that it counts neither as sound nor as life.
 */
import type { MediaEncryption } from '../../nouns/call.ts';
import { SrtcpReceiver, SrtcpSender } from '../rtp/srtp/srtcp.ts';
import { SrtpReceiver, SrtpSender, type MasterKey } from '../rtp/srtp/srtp.ts';
import { newKey, newLines, PLAIN_ONLY, type Encryption, type Keys, type LocalKeys, type PeerKey } from '../sdp/sdes.ts';
import type { Address } from './remote.ts';

/** So many packets in a row, half a second of sound, and the key is a wrong one. */
const FAILING = 25;

interface Senders {
  readonly rtp: SrtpSender;
  readonly rtcp: SrtcpSender;
}
interface Receivers {
  readonly rtp: SrtpReceiver;
  readonly rtcp: SrtcpReceiver;
}

export class Protection {
  readonly #encryption: Encryption;
  /** The lines of our newest offer: answers of other dialogs may choose other ones. W10. */
  #offered: LocalKeys['lines'] = [];
  #keys: Keys | undefined;
  #remote: Address | undefined;
  #sender: Senders | undefined;
  /** One for each key of ours, since none may ever protect two packets with one index. */
  readonly #senders = new Map<string, Senders>();
  #receiver: Receivers | undefined;
  /** Under the key before a new one: what was on its way when the peer changed it. Until the new one is used. */
  #previous: Receivers | undefined;
  #fellBack = false;
  #rejected = 0;
  #rejectedInRow = 0;

  constructor(encryption: Encryption) {
    this.#encryption = encryption;
  }

  /** What our next description says. */
  local(purpose: 'offer' | 'answer'): LocalKeys {
    const encryption = this.#encryption;
    if (encryption === 'off') return PLAIN_ONLY;
    const keyFor = (peer: PeerKey): Uint8Array => this.#keyFor(peer);
    const { secure, ours } = this.#keys ?? {};
    if (purpose === 'offer') this.#offered = ours ? [ours] : this.#linesToOffer();
    return { encryption, lines: this.#offered, secure, keyFor };
  }

  /** The key of a peer that fell back stays on offer. */
  #linesToOffer(): LocalKeys['lines'] {
    if (this.#encryption === 'taken') return [];
    return this.#offered.length > 0 ? this.#offered : newLines();
  }

  /**
   * A description was agreed.
   * @param keys undefined for plain RTP
   * @param remote undefined where the description names none (the old way to hold)
   * @param answered by us: until the peer has our answer it goes on with its key before
   */
  agree(keys: Keys | undefined, remote: Address | undefined, answered: boolean): void {
    const before = this.#keys;
    const moved = remote !== undefined && this.#isElsewhere(remote);
    this.#remote = remote ?? this.#remote;
    this.#keys = keys;
    this.#fellBack = !keys && (before !== undefined || this.#fellBack || this.#encryption === 'offered');
    if (!keys) {
      this.#sender = this.#receiver = this.#previous = undefined;
      return;
    }
    this.#sender = this.#senderFor(keys.ours.key);
    if (before && isSame(before.theirs, keys.theirs) && this.#receiver) return;
    // What somebody else sends under a key of another dialog is not heard.
    this.#previous = answered || !moved ? this.#receiver : undefined;
    this.#receiver = {
      rtp: new SrtpReceiver(keys.theirs, this.#previous?.rtp),
      rtcp: new SrtcpReceiver(keys.theirs),
    };
    this.#rejectedInRow = 0;
  }

  /** @returns what to send; undefined when it must not be sent */
  protect(packet: Uint8Array): Uint8Array | undefined {
    return this.#sender ? this.#sender.rtp.protect(packet) : packet;
  }

  protectControl(packet: Uint8Array): Uint8Array | undefined {
    return this.#sender ? this.#sender.rtcp.protect(packet) : packet;
  }

  /** @returns the RTP packet in a datagram; undefined when it is not the peer's */
  open(datagram: Uint8Array): Uint8Array | undefined {
    return this.#receiver ? this.#try('rtp', datagram) : datagram;
  }

  openControl(datagram: Uint8Array): Uint8Array | undefined {
    return this.#receiver ? this.#try('rtcp', datagram) : datagram;
  }

  get view(): MediaEncryption {
    const suite = this.#keys?.theirs.suite.name;
    return {
      kind: suite === undefined ? 'none' : 'sdes',
      ...(suite !== undefined && { suite }),
      ...(this.#fellBack && { fellBack: true }),
      ...(this.#rejected > 0 && { rejected: this.#rejected }),
      ...(this.#rejectedInRow >= FAILING && { failing: true }),
    };
  }

  #try(kind: 'rtp' | 'rtcp', datagram: Uint8Array): Uint8Array | undefined {
    const opened = this.#receiver![kind].unprotect(datagram);
    if (opened.ok) {
      this.#rejectedInRow = 0;
      if (kind === 'rtp') this.#previous = undefined;
      return opened.value;
    }
    // The network may double packets: that says nothing about keys.
    if (opened.error === 'replayed') return undefined;
    const late = this.#previous?.[kind].unprotect(datagram);
    if (late?.ok) return late.value;
    this.#rejected += 1;
    this.#rejectedInRow += 1;
    return undefined;
  }

  #isElsewhere({ host, port }: Address): boolean {
    return host !== this.#remote?.host || port !== this.#remote.port;
  }

  #senderFor(key: MasterKey): Senders {
    const name = `${key.suite.name} ${Buffer.from(key.bytes).toString('base64')}`;
    const known = this.#senders.get(name);
    if (known) return known;
    const made = { rtp: new SrtpSender(key), rtcp: new SrtcpSender(key) };
    this.#senders.set(name, made);
    return made;
  }

  /**
   * A stream keeps its key. A peer elsewhere with a key of its own is another device, which does not know how often our
   * sequence numbers have wrapped: it gets a new one.
   */
  #keyFor({ key, host, port }: PeerKey): Uint8Array {
    const running = this.#keys;
    if (running?.ours.key.suite !== key.suite) return newKey(key.suite);
    const moved = this.#isElsewhere({ host, port }) && !/^[0.:]+$/.test(host);
    return moved && !isSame(key, running.theirs) ? newKey(key.suite) : running.ours.key.bytes;
  }
}

function isSame(a: MasterKey, b: MasterKey): boolean {
  return a.suite === b.suite && equal(a.bytes, b.bytes) && equal(a.mki, b.mki);
}

const equal = (a: Uint8Array = new Uint8Array(), b: Uint8Array = new Uint8Array()): boolean =>
  Buffer.compare(a, b) === 0;
