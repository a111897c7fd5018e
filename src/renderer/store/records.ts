/** Ended call legs, newest first: pages from the trunk's store, joined with what ends while one looks. */
import type { ContractClient } from '../../contract/client.ts';
import type { ContractEvent } from '../../contract/events.ts';
import type { CallRecord } from '../../contract/model.ts';
import { problemOf } from './ladder.ts';

interface RecordsState {
  /** Of the first page; `idle` until somebody looks. */
  readonly status: 'idle' | 'loading' | 'ready' | 'failed';
  /** Of the page after the last one. */
  readonly further: 'idle' | 'loading' | 'failed';
  readonly problem: string | undefined;
  readonly search: string;
  /** As they came, newest first; `recordRows` says in which order they are shown. */
  readonly records: readonly CallRecord[];
  readonly nextCursor: string | undefined;
  /** Id of the record that is selected in the list. */
  readonly selected: string | undefined;
  /** Its details are open; with `play` they begin with its recording. */
  readonly opened: { readonly play: boolean } | undefined;
  /** Rises each time a record is opened: then its details take the focus. */
  readonly openings: number;
}

interface RecordsActions {
  receive(event: ContractEvent): void;
  /** After a reconnect: loads again what somebody has looked at. */
  begin(): void;
  /** Loads the first page, also after an error or a reconnect. */
  load(): Promise<void>;
  loadFurther(): Promise<void>;
  search(text: string): Promise<void>;
  /** What is open follows the selection. */
  select(recordId: string | undefined): void;
  open(recordId: string, play?: boolean): void;
  close(): void;
}

export interface RecordsSlice {
  readonly records: RecordsState;
  readonly recordsActions: RecordsActions;
}

/** A record and its place among the records of the same session. */
export interface RecordRow {
  readonly record: CallRecord;
  readonly place: 'alone' | 'first' | 'middle' | 'last';
}

const FIRST_PAGE = 200;
/** Who scrolls on wants much: fewer round trips, and fewer times that everything is arranged anew. */
const FURTHER_PAGE = 1000;

const initialRecords: RecordsState = {
  status: 'idle',
  further: 'idle',
  problem: undefined,
  search: '',
  records: [],
  nextCursor: undefined,
  selected: undefined,
  opened: undefined,
  openings: 0,
};

function reduceRecords(state: RecordsState, event: ContractEvent): RecordsState {
  if (state.status === 'idle') return state;
  if (event.type === 'recordChanged') {
    const place = state.records.findIndex(({ id }) => id === event.record.id);
    return place < 0 ? state : { ...state, records: state.records.with(place, event.record) };
  }
  if (event.type !== 'recordAdded') return state;
  const { record } = event;
  if (!matchesSearch(record, state.search)) return state;
  // A record that is known already has been completed: the newer one counts.
  const others = state.records.filter((known) => known.id !== record.id);
  return { ...state, records: [record, ...others] };
}

export interface Page {
  readonly records: readonly CallRecord[];
  readonly nextCursor?: string | undefined;
}

/** The first page. Records that ended while it was on its way stay in front of it. */
function firstPageArrived(state: RecordsState, page: Page): RecordsState {
  const inPage = new Set(page.records.map((record) => record.id));
  const newest = page.records[0]?.endedAt ?? Number.NEGATIVE_INFINITY;
  const ahead = state.records.filter((record) => !inPage.has(record.id) && record.endedAt >= newest);
  return {
    ...state,
    status: 'ready',
    further: 'idle',
    problem: undefined,
    records: [...ahead, ...page.records],
    nextCursor: page.nextCursor,
  };
}

function furtherPageArrived(state: RecordsState, page: Page): RecordsState {
  const known = new Set(state.records.map((record) => record.id));
  const added = page.records.filter((record) => !known.has(record.id));
  return {
    ...state,
    further: 'idle',
    records: [...state.records, ...added],
    nextCursor: page.nextCursor,
  };
}

/** The trunk's rule for `records.list`: part of a number (however it is spaced) or of a name. */
export function matchesSearch(record: CallRecord, search: string): boolean {
  const wanted = search.trim().toLowerCase();
  if (wanted === '') return true;
  const names = [record.fromName, record.toName, record.from, record.to];
  if (names.some((name) => name.toLowerCase().includes(wanted))) return true;
  const digits = wanted.replace(/[\s().-]/g, '');
  return /^\+?\d+$/.test(digits) && [record.from, record.to].some((it) => it.includes(digits));
}

/**
 * Rows in the order shown: records of one session stand together, the original leg first, at the
 * place of the newest of them.
 */
export function recordRows(records: readonly CallRecord[]): RecordRow[] {
  /** Most sessions have one record: only those with more get a list. */
  const sessions = new Map<string, CallRecord | CallRecord[]>();
  for (const record of records) {
    const session = sessions.get(record.sessionId);
    if (session === undefined) sessions.set(record.sessionId, record);
    else if (Array.isArray(session)) session.push(record);
    else sessions.set(record.sessionId, [session, record]);
  }
  const rows: RecordRow[] = [];
  for (const session of sessions.values()) {
    if (!Array.isArray(session)) {
      rows.push({ record: session, place: 'alone' });
      continue;
    }
    session.sort(inOrderOfLegs);
    session.forEach((record, index) => {
      rows.push({ record, place: placeOf(index, session.length) });
    });
  }
  return rows;
}

function inOrderOfLegs(a: CallRecord, b: CallRecord): number {
  if (a.kind !== b.kind) return a.kind === 'original' ? -1 : 1;
  return a.startedAt - b.startedAt;
}

function placeOf(index: number, length: number): RecordRow['place'] {
  if (index === 0) return 'first';
  return index === length - 1 ? 'last' : 'middle';
}

type Update = (change: (state: RecordsSlice) => Partial<RecordsSlice>) => void;

/** The slice with its actions; `send` is the contract client's. */
export function createRecordsSlice(set: Update, get: () => RecordsSlice, send: ContractClient['send']): RecordsSlice {
  const update = (change: (state: RecordsState) => RecordsState): void =>
    set((slice) => {
      const records = change(slice.records);
      return records === slice.records ? slice : { records };
    });

  /** Rises with each first page asked for, so that an answer overtaken by another search is dropped. */
  let asked = 0;

  async function page(cursor: string | undefined): Promise<Page> {
    const search = get().records.search.trim();
    return send('records.list', {
      limit: cursor === undefined ? FIRST_PAGE : FURTHER_PAGE,
      ...(search === '' ? {} : { search }),
      ...(cursor === undefined ? {} : { cursor }),
    });
  }

  async function load(): Promise<void> {
    asked += 1;
    const mine = asked;
    update((state) => ({ ...state, status: 'loading', problem: undefined }));
    try {
      const first = await page(undefined);
      if (mine === asked) update((state) => firstPageArrived(state, first));
    } catch (failure) {
      if (mine !== asked) return;
      update((state) => ({ ...state, status: 'failed', problem: problemOf(failure) }));
    }
  }

  async function loadFurther(): Promise<void> {
    const { status, further, nextCursor } = get().records;
    if (status !== 'ready' || further === 'loading' || nextCursor === undefined) return;
    const mine = asked;
    update((state) => ({ ...state, further: 'loading' }));
    try {
      const next = await page(nextCursor);
      if (mine === asked) update((state) => furtherPageArrived(state, next));
    } catch {
      if (mine === asked) update((state) => ({ ...state, further: 'failed' }));
    }
  }

  return {
    records: initialRecords,
    recordsActions: {
      receive: (event) => update((state) => reduceRecords(state, event)),
      begin: () => {
        if (get().records.status !== 'idle') void load();
      },
      load,
      loadFurther,
      search: async (search) => {
        update((state) => ({ ...state, search, records: [], nextCursor: undefined }));
        await load();
      },
      select: (selected) =>
        update((state) => ({ ...state, selected, opened: state.opened && selected ? { play: false } : undefined })),
      open: (selected, play = false) =>
        update((state) => ({ ...state, selected, opened: { play }, openings: state.openings + 1 })),
      close: () => update((state) => ({ ...state, opened: undefined })),
    },
  };
}
