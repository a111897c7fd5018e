/** The console's store over the scripted telephone and trunk, without a page. */
import { connect } from '../../../src/renderer/store/connect.ts';
import { createConsole, type ConsoleStore } from '../../../src/renderer/store/store.ts';
import { ScriptedContract } from '../harness/scripted-contract.ts';
import { ScriptedPhone } from '../harness/scripted-phone.ts';

export interface Scripted {
  store: ConsoleStore;
  phone: ScriptedPhone;
  contract: ScriptedContract;
  now(): number;
  advance(ms: number): void;
  stop(): void;
}

/** @param makePhone another telephone than the one that does at once what it is told */
export async function scripted(
  makePhone: (now: () => number) => ScriptedPhone = (now) => new ScriptedPhone(now),
): Promise<Scripted> {
  let at = Date.UTC(2026, 10, 20, 14, 2, 11);
  const now = () => at;
  const phone = makePhone(now);
  const contract = new ScriptedContract();
  const outside = { contract, phone, now };
  const store = createConsole(outside);
  const stop = connect(store, outside);
  await flush();
  return { store, phone, contract, now, advance: (ms) => void (at += ms), stop };
}

/** Lets every promise that is already settled be seen. */
export async function flush(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}
