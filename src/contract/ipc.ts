/** The contract over Electron IPC, through the bridge that the preload script exposes. */
import { z } from 'zod';
import type { Bridge } from './channels.ts';
import { checkEvent, checkReply } from './check.ts';
import { ContractFailure, type ContractClient } from './client.ts';
import { CommandError } from './commands.ts';
import type { ContractEvent } from './events.ts';
import { Listeners } from './listeners.ts';

/** What the main process answers to a command. */
export const Outcome = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), reply: z.unknown() }),
  z.object({ ok: z.literal(false), error: CommandError }),
]);
export type Outcome = z.infer<typeof Outcome>;

export function ipcClient(bridge: Bridge): ContractClient {
  const events = new Listeners<ContractEvent>();
  const unsubscribe = bridge.onEvent((event) => checkEvent(event, (checked) => events.tell(checked)));
  return {
    async send(name, request) {
      const outcome = Outcome.safeParse(await bridge.send(name, request));
      if (!outcome.success)
        throw new ContractFailure({
          code: 'internal',
          message: `The desktop app gave no outcome of ${name}.`,
        });
      if (!outcome.data.ok) throw new ContractFailure(outcome.data.error);
      return checkReply(name, outcome.data.reply);
    },
    onEvent: (listener) => events.add(listener),
    onLink(listener) {
      // The main process lives as long as its window does.
      listener('connected');
      return () => {};
    },
    close() {
      unsubscribe();
      events.clear();
    },
  };
}
