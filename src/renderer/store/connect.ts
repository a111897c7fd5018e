/** Joins the store to the trunk's events and to the phone's. */
import type { ContractEvent } from '../../contract/events.ts';
import type { PhoneSettings } from '../../contract/model.ts';
import type { PhoneEvent } from '../phone/phone.ts';
import { announcement, sayNotice } from './announce.ts';
import { callsById, reduceCalls } from './calls.ts';
import { keysAfterAnswer, reduceDial } from './dial.ts';
import { reduceDirectory } from './directory.ts';
import { reduceFindings } from './findings.ts';
import { attendFollow, keepsLine, reduceFollows } from './follow.ts';
import type { EarsEffect } from './ears.ts';
import { reduceLines } from './line-events.ts';
import { ENDED_STAYS_MS, staleLines } from './lines.ts';
import { failedElsewhere, reduceTransfer } from './transfer.ts';
import { reducePhone } from './phone.ts';
import { reduceQuality } from './quality.ts';
import { reduceRecent } from './recent.ts';
import { withCleanNames } from './names.ts';
import type { ConsoleState, ConsoleStore, Outside } from './store.ts';
import { reduceTrunk } from './trunk.ts';

/** What a comma in a number waits, and how long a key takes; both in milliseconds. */
const COMMA_MS = 2000;
const KEY_MS = 250;

/** How long nobody is the phone before a window that waits becomes it: one that is reloaded is quicker. *Chosen here.* */
const ABANDONED_MS = 5000;

/** One event of the trunk, reduced by every slice that it concerns. */
function reduceContract(state: ConsoleState, event: ContractEvent, now: number): Partial<ConsoleState> {
  return {
    ...reduceTrunk(event),
    ...reduceDirectory(state, event),
    ...reduceCalls(state, event, now),
    ...reduceFindings(state, event),
    ...reduceQuality(state, event),
  };
}

/**
 * One event of the phone, reduced by every slice that it concerns.
 * @returns what changes, and what is to be done about who hears whom
 */
function reducePhoneEvent(
  state: ConsoleState,
  event: PhoneEvent,
): [change: Partial<ConsoleState>, effects: readonly EarsEffect[]] {
  const [lines, effects] = reduceLines(state, event) ?? [{}, []];
  const change: Partial<ConsoleState> = {
    ...reducePhone(state, event),
    ...lines,
    ...reduceDial(state, event),
    ...reduceTransfer(state, event),
    ...reduceFollows(state, event),
  };
  // A call goes to the list with what its card says of it.
  return [{ ...change, ...reduceRecent({ ...state, ...change }, event) }, effects];
}

/** Hands on together what comes between two frames: SIP messages may come at hundreds a second. */
function batches<T>(
  atNextFrame: Outside['atNextFrame'] = (run) => run(),
  receive: (batch: readonly T[]) => void,
): (one: T) => void {
  let waiting: T[] = [];
  const hand = () => {
    const batch = waiting;
    waiting = [];
    receive(batch);
  };
  return (one) => {
    if (waiting.push(one) === 1) atNextFrame(hand);
  };
}

/** Starts the flow of events; the returned function ends it. */
export function connect(store: ConsoleStore, { contract, phone, now, atNextFrame }: Outside): () => void {
  const traced = batches(atNextFrame, store.getState().ladderActions.receiveTraced);
  let settings: PhoneSettings | undefined;
  const timers = new Set<ReturnType<typeof setTimeout>>();

  const refresh = async () => {
    const snapshot = withCleanNames(await contract.send('snapshot', {}));
    const { trunk, directory, calls, storage } = snapshot;
    store.setState({ link: 'connected', trunk, directory, calls: callsById(calls), storage });
    phone.setToneCountry(trunk.toneCountry);
    store.getState().ladderActions.begin(calls);
    // What was found while nobody listened; a call without a trace has none.
    for (const call of calls.filter(({ transfers }) => transfers.length > 0)) {
      store
        .getState()
        .loadFindings(call.id)
        .catch(() => {});
    }
    store.getState().recordsActions.begin();
    store.getState().requestsActions.begin();
    // A trunk that started anew has other settings; the same ones need no second registration.
    const changed = settings?.url !== snapshot.phone.url || settings.aor !== snapshot.phone.aor;
    settings = snapshot.phone;
    if (changed) await phone.start(settings);
    else heldBy(settings.holder);
  };
  /** The domain is another: the phone needs its new address, but starting anew would end its calls. */
  const moved = () => {
    const { trunk, lines } = store.getState();
    if (!trunk || settings?.aor.endsWith(`@${trunk.domain}`) !== false) return;
    if (Object.values(lines).every(({ state }) => state === 'ended')) void store.getState().attempt(refresh());
  };
  let waiting: ReturnType<typeof setTimeout> | undefined;
  /** One window is the phone (O14). When it has gone and does not come back, another takes over by itself. */
  const heldBy = (holder: string | undefined) => {
    const { registration, attempt } = store.getState();
    if (waiting !== undefined) timers.delete(waiting);
    clearTimeout(waiting);
    if (holder === phone.instance) return;
    if (holder !== undefined) {
      if (registration.state !== 'elsewhere') void attempt(phone.yield(registration.state === 'registered'));
    } else if (registration.state === 'elsewhere') {
      const timer = setTimeout(() => {
        timers.delete(timer);
        void attempt(phone.take());
      }, ABANDONED_MS);
      timers.add((waiting = timer));
    }
  };
  const forgetLater = (id: string) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      // A card stays until the operator has read and dismissed it.
      const { cards, follows, forgetLine } = store.getState();
      if (!cards[id] && !keepsLine(follows, id)) forgetLine(id);
    }, ENDED_STAYS_MS);
    timers.add(timer);
  };

  /** An extension: each comma before a key waits. */
  const pressAfterAnswer = (event: PhoneEvent, keys: string) => {
    if (event.type !== 'sessionChanged') return;
    let waitMs = 0;
    for (const key of keys) {
      if (key === ',') {
        waitMs += COMMA_MS;
        continue;
      }
      const timer = setTimeout(() => {
        timers.delete(timer);
        const { lines, sendDtmf } = store.getState();
        if (lines[event.id]?.state === 'live') sendDtmf(event.id, key);
      }, waitMs);
      timers.add(timer);
      waitMs += KEY_MS;
    }
  };

  const ends = [
    contract.onEvent((raw) => {
      const event = raw.type === 'settingsChanged' ? raw : withCleanNames(raw);
      if (event.type === 'messageTraced') {
        traced(event);
        return;
      }
      store.setState((state) => reduceContract(state, event, now()));
      store.getState().ladderActions.receive(event);
      store.getState().recordsActions.receive(event);
      store.getState().requestsActions.receive(event);
      if (event.type === 'applicationNotice') sayNotice(store.getState(), event.notice);
      if (event.type === 'trunkChanged') {
        phone.setToneCountry(event.trunk.toneCountry);
        moved();
      }
      if (event.type === 'phoneChanged') heldBy(event.holder);
    }),
    contract.onLink((link) => {
      const before = store.getState().link;
      store.setState({ link });
      if (link === 'connected' && before !== 'connected') void store.getState().attempt(refresh());
    }),
    phone.onEvent((raw) => {
      const event = withCleanNames(raw);
      const before = store.getState();
      let effects: readonly EarsEffect[] = [];
      store.setState((state) => {
        const [change, due] = reducePhoneEvent(state, event);
        effects = due;
        return change;
      });
      const words = announcement(before, store.getState(), event);
      if (words) store.getState().say(words);
      store.getState().performEars(effects);
      attendFollow(store.getState(), event);
      pressAfterAnswer(event, keysAfterAnswer(store.getState(), event));
      if (failedElsewhere(before, store.getState(), event)) phone.warn();
      // Nine lines are up: it never takes the place of another.
      if (event.type === 'sessionStarted' && !store.getState().lines[event.session.id]) {
        void store.getState().attempt(phone.refuse(event.session.id));
      }
      if (event.type === 'sessionEnded') {
        forgetLater(event.id);
        staleLines(store.getState()).forEach(store.getState().forgetLine);
        moved();
      }
    }),
  ];

  return () => {
    ends.forEach((end) => end());
    timers.forEach((timer) => clearTimeout(timer));
    store.getState().stopEars();
    void phone.stop();
    contract.close();
  };
}
