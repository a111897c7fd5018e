/** Calls that simulated phones place to the trunk: practice calls, and those that the API asks for. */
import type { Board } from '../b2bua/board.ts';
import { refuseKnownLead } from '../b2bua/lead.ts';
import type { Logger } from '../log/logger.ts';
import { isSipUri, parseUri } from '../message/index.ts';
import type { PartyHost } from '../parties/host.ts';
import type { Party } from '../parties/party.ts';
import type { Clock } from '../time/clock.ts';
import type { Hop } from '../transport/index.ts';
import { TrunkRefusal } from '../api/trunk.ts';
import type { Directory } from '../location/directory.ts';
import type { EventFeed } from '../api/event-feed.ts';
import type { Routing } from '../location/routing.ts';
import { toE164 } from '../api/typed.ts';

export interface SimulatedCallParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly directory: Directory;
  readonly feed: EventFeed;
  readonly board: Board;
  readonly parties: PartyHost;
  readonly routing: Routing;
  /** Where simulated callers send their INVITE. */
  readonly trunkHop: () => Hop;
  readonly id: () => string;
}

/** Milliseconds in which a call that a simulated phone placed has to show up at the trunk. */
const ARRIVAL_MS = 2000;

export class SimulatedCalls {
  readonly #parts: SimulatedCallParts;
  readonly #mustRun: () => void;

  /** @param mustRun throws when the trunk takes no calls any more */
  constructor(parts: SimulatedCallParts, mustRun: () => void) {
    this.#parts = parts;
    this.#mustRun = mustRun;
  }

  /** Has a party of the directory call a number of the trunk, by default the console's. */
  async practise({ caller, to }: { caller: string; to?: string | undefined }): Promise<{ callId: string }> {
    const { directory } = this.#parts;
    const party = directory.party(caller);
    if (!party) throw new TrunkRefusal('not-found', `There is no simulated caller with the number ${caller}.`);
    const number = to ?? directory.consoleNumbers[0];
    if (number === undefined)
      throw new TrunkRefusal('refused', 'No number of the trunk rings the console: add one whose `to` is "console".');
    if (!directory.isLinked(number)) throw new TrunkRefusal('not-found', `${number} is not a number of this trunk.`);
    return this.#place(party, number);
  }

  /** Has any number call one of the trunk, or the URI of an endpoint. */
  async dial({ from, to }: { from: string; to: string }): Promise<{ callId: string }> {
    const { directory, routing, board, id } = this.#parts;
    const number = toE164(from);
    if (number === undefined)
      throw new TrunkRefusal('bad-request', `\`from\` has to be an E.164 number such as +14155551234, not ${from}.`);
    const party: Party = directory.party(number) ?? { number, name: '', behaviour: 'answer', afterMs: 0 };
    const linked = toE164(to) ?? to;
    if (directory.isLinked(linked)) return this.#place(party, linked);
    const uri = parseUri(to);
    if (!uri.ok || !isSipUri(uri.value)) {
      throw new TrunkRefusal(
        'not-found',
        `\`to\` has to be a number of this trunk or the sip: URI of an endpoint; ${to} is neither.`,
      );
    }
    // The call finds the address of a name known.
    await board.ua.locateAll(uri.value);
    const refusal = refuseKnownLead(board, to);
    if (refusal) throw new TrunkRefusal('refused', `The call is refused (${refusal.rule}): ${refusal.explanation}.`);
    const user = `once-${id()}`;
    const forget = routing.once(user, to);
    try {
      return await this.#place(party, user);
    } finally {
      forget();
    }
  }

  async #place(party: Party, to: string): Promise<{ callId: string }> {
    const { parties, clock, feed, log, trunkHop } = this.#parts;
    this.#mustRun();
    const sipCallId = await parties.call(party, to, trunkHop()).catch((error: unknown) => {
      log.error({ error, party: party.number }, 'a simulated call could not be placed');
      const why = error instanceof Error ? error.message : String(error);
      throw new TrunkRefusal('unavailable', `The simulated call cannot be placed now: ${why}.`);
    });
    const { promise, resolve, reject } = Promise.withResolvers<{ callId: string }>();
    const timer = clock.after(ARRIVAL_MS, () => {
      stopWaiting();
      reject(
        new TrunkRefusal('unavailable', 'The simulated call did not reach the trunk; the ladder and the log say why.'),
      );
    });
    const stopWaiting = feed.whenBound(sipCallId, (callId) => {
      timer.cancel();
      resolve({ callId });
    });
    return promise;
  }
}
