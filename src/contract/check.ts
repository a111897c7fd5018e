/** The client's half of the validation: nothing of an unknown shape gets further into the console. */
import { commands, type CommandName, type ReplyOf } from './commands.ts';
import { ContractFailure } from './client.ts';
import { ContractEvent } from './events.ts';

/** @throws ContractFailure `internal` */
export function checkReply<N extends CommandName>(name: N, reply: unknown): ReplyOf<N> {
  const checked = commands[name].reply.safeParse(reply);
  if (checked.success) return checked.data as ReplyOf<N>;
  throw new ContractFailure({
    code: 'internal',
    message: `The trunk's reply to ${name} has an unexpected shape: ${checked.error.issues[0]?.path.join('.')}`,
  });
}

/** Hands a valid event on; reports and drops any other. */
export function checkEvent(event: unknown, deliver: (event: ContractEvent) => void): void {
  const checked = ContractEvent.safeParse(event);
  if (checked.success) deliver(checked.data);
  else console.error('dropped an event of unexpected shape', checked.error.issues);
}
