/** The trunk's half of the contract: one handler a command, the same for every way the command can arrive. */
import type { z } from 'zod';
import { commands, type CommandError, type CommandName, type Commands, type ReplyOf } from '../../contract/commands.ts';
import type { Outcome } from '../../contract/ipc.ts';
import type { PhoneSettings } from '../../contract/model.ts';
import type { Logger } from '../../core/log/logger.ts';
import type { Trunk } from '../../core/api/trunk.ts';
import { readPart, recordingOf } from './recording-file.ts';
import { firstIssue, Problem, problemOf } from './problem.ts';

/** Bytes of a recording in one reply: half a minute. */
const RECORDING_PART_BYTES = 1024 * 1024;

type Handlers = {
  readonly [N in CommandName]: (request: z.output<Commands[N]['request']>) => ReplyOf<N> | Promise<ReplyOf<N>>;
};

/** Runs a command that came from outside. Never rejects: a failure is an outcome too. */
export type RunCommand = (name: string, request: unknown) => Promise<Outcome>;

export function commandRunner(trunk: Trunk, phone: () => PhoneSettings, log: Logger): RunCommand {
  const handlers = handlersOf(trunk, phone);
  return async (name, request) => {
    try {
      return { ok: true, reply: await run(handlers, name, request) };
    } catch (error) {
      const { code, message } = problemOf(error, log);
      return { ok: false, error: { code: code as CommandError['code'], message } };
    }
  };
}

function handlersOf(trunk: Trunk, phone: () => PhoneSettings): Handlers {
  return {
    snapshot: () => ({
      trunk: trunk.status(),
      phone: phone(),
      directory: trunk.directory(),
      calls: trunk.calls(),
      storage: trunk.storage(),
    }),
    'practice.call': (request) => trunk.practiceCall(request),
    'party.set': ({ number, behaviour, afterMs }) => {
      trunk.setParty(number, behaviour, afterMs);
      return {};
    },
    'call.hangup': async ({ callId }) => {
      await trunk.hangUp(callId);
      return {};
    },
    'settings.get': () => trunk.settings(),
    'settings.set': async ({ patch }) => {
      const result = trunk.configure(patch);
      const storage = await trunk.settingsStored();
      return { ...result, ...(storage && { storage }) };
    },
    'settings.save': (request) => trunk.saveSettings(request),
    'target.check': ({ input, callId, purpose }) => trunk.checkTarget(input, callId, purpose),
    'records.list': (query) => trunk.records.list(query),
    'recording.read': async ({ recordId, offset }) => {
      const file = await recordingOf(trunk, recordId);
      const part = await readPart(file, offset, RECORDING_PART_BYTES);
      return { size: file.size, base64: part.toString('base64') };
    },
    'recording.delete': async ({ recordId }) => {
      await trunk.deleteRecording(recordId);
      return {};
    },
    'findings.get': ({ callId }) => {
      const findings = trunk.findings(callId);
      if (!findings) throw new Problem('not-found', `There is no trace of a call ${callId}.`);
      return { findings };
    },
    'ladder.get': ({ callId }) => {
      const ladder = trunk.ladder(callId);
      if (!ladder) throw new Problem('not-found', `There is no trace of a call ${callId}.`);
      return ladder;
    },
    'call.twiml': async ({ callId, source }) => {
      await trunk.runTwiml(callId, source);
      return {};
    },
    'webhooks.list': ({ limit }) => ({ webhooks: trunk.webhooks(limit) }),
    'webhook.replay': async ({ id }) => ({ webhook: await trunk.replayWebhook(id) }),
    'notices.list': ({ limit }) => ({ notices: trunk.notices(limit) }),
  };
}

async function run(handlers: Handlers, name: string, request: unknown): Promise<unknown> {
  if (!Object.hasOwn(commands, name)) throw new Problem('not-found', `There is no command ${name}.`);
  const known = name as CommandName;
  const checked = commands[known].request.safeParse(request);
  if (!checked.success) throw new Problem('bad-request', firstIssue(checked.error));
  // The table pairs each handler with its schema; TypeScript cannot follow that pairing through `known`.
  const handle = handlers[known] as (request: unknown) => unknown;
  // Parsing the reply leaves out whatever the contract does not name.
  return commands[known].reply.parse(await handle(checked.data));
}
