/** `POST /contract/{command}`: the console's commands. */
import { z } from 'zod';
import { commandPath } from '../../../contract/wire.ts';
import type { RunCommand } from '../commands.ts';
import { failure, json } from '../exchange.ts';
import { Problem } from '../problem.ts';
import { route, type Route } from '../route.ts';

export function contractRoutes(run: RunCommand): Route[] {
  return [
    route({
      method: 'POST',
      path: `${commandPath}{command}`,
      summary: "A command of the console's contract.",
      body: z.unknown(),
      replies: { 200: { description: "The command's reply." } },
      handle: async ({ params, body }) => {
        const outcome = await run(params['command'] ?? '', body);
        return outcome.ok ? json(outcome.reply) : failure(new Problem(outcome.error.code, outcome.error.message));
      },
    }),
  ];
}
