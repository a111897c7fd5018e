import type { SipRequest, SipResponse } from '../message/index.ts';
import { receiveInDialog, refreshTarget, requestInDialog, type Dialog } from './dialog.ts';

/** A dialog in use: each message that is sent or received in it takes its state on. RFC 3261 §12.2. */
export class LiveDialog {
  /** Identity, route set, CSeq numbers and remote target, as they are now. */
  dialog: Dialog;

  constructor(dialog: Dialog) {
    this.dialog = dialog;
  }

  /** A request with the next CSeq number. ACK and CANCEL are not made here. §12.2.1.1. */
  request(method: string, headers: Iterable<[string, string]>, body?: Uint8Array): SipRequest {
    const [next, request] = requestInDialog(this.dialog, method, headers, body);
    this.dialog = next;
    return request;
  }

  /** The CSeq number of a request that goes out in another's place. */
  nextSeq(): number {
    const localSeq = this.dialog.localSeq + 1;
    this.dialog = { ...this.dialog, localSeq };
    return localSeq;
  }

  /** Takes note of a request of the peer. @returns false when its CSeq number is out of order (§12.2.2) */
  receive(request: SipRequest): boolean {
    const next = receiveInDialog(this.dialog, request);
    if (next) this.dialog = next;
    return next !== undefined;
  }

  /** INVITE and UPDATE, and their 2xx, move the remote target. §12.2.1.2, RFC 3311 §5.1. */
  refresh(message: SipRequest | SipResponse): void {
    this.dialog = refreshTarget(this.dialog, message);
  }
}
