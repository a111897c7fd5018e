/** One dialog of a session, with what is under way in it. A forked INVITE has one for each place that rings. */
import type { Dialog } from '../dialog/dialog.ts';
import { LiveDialog } from '../dialog/live-dialog.ts';
import type { Usages } from '../dialog/usage.ts';
import type { ReferSubscriptions } from '../subscription/refer-subscriptions.ts';
import type { Exchange } from './exchange.ts';

export class Branch extends LiveDialog {
  exchange: Exchange;
  /** RSeq of the last reliable provisional response that came in order. RFC 3262 §4. */
  rseq: number | undefined;
  /** What keeps the dialog alive besides the INVITE, once there has been a REFER. RFC 5057 §4. */
  refers: { readonly usages: Usages; readonly subscriptions: ReferSubscriptions } | undefined;

  constructor(dialog: Dialog, exchange: Exchange) {
    super(dialog);
    this.exchange = exchange;
  }
}

/** The branches of one session by the peer's tag. The current one was heard from last; once confirmed, it alone counts. */
export class Branches {
  readonly #byTag = new Map<string, Branch>();
  #current: Branch | undefined;
  #confirmed = false;

  get current(): Branch | undefined {
    return this.#current;
  }

  /** All of them, those included that lost when another one was answered. */
  [Symbol.iterator](): Iterator<Branch> {
    return this.#byTag.values();
  }

  /** The branch that a request of the peer's belongs to, or none. */
  find(remoteTag: string): Branch | undefined {
    const branch = this.#byTag.get(remoteTag);
    return this.#confirmed && branch !== this.#current ? undefined : branch;
  }

  /** As `find`, those included that lost when another one was answered. */
  known(remoteTag: string): Branch | undefined {
    return this.#byTag.get(remoteTag);
  }

  /** Opens a branch for the dialog, or gives the known branch of that tag its new dialog; it is current from now on. */
  enter(dialog: Dialog, exchange: Exchange): Branch {
    let branch = this.#byTag.get(dialog.remoteTag);
    if (branch) branch.dialog = dialog;
    else {
      branch = new Branch(dialog, exchange);
      this.#byTag.set(dialog.remoteTag, branch);
    }
    this.#current = branch;
    return branch;
  }

  select(branch: Branch): void {
    if (!this.#confirmed) this.#current = branch;
  }

  /** The current branch was answered: the other dialogs are over. RFC 3261 §13.2.2.4. */
  confirm(): void {
    this.#confirmed = true;
  }

  /** The dialog of this branch is over. @returns whether another one is left */
  drop(branch: Branch): boolean {
    this.#byTag.delete(branch.dialog.remoteTag);
    if (this.#current === branch) this.#current = this.#byTag.values().next().value;
    return this.#current !== undefined;
  }
}
