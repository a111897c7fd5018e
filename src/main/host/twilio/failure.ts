/** Failures as Twilio's API tells them: `{ "code", "message", "more_info", "status" }`. */
import { json, type Reply } from '../exchange.ts';
import { Problem } from '../problem.ts';
import type { Dialect } from '../server.ts';

/** Begin of every path of the API. */
export const apiVersion = '2010-04-01';

/** A failure with a code of Twilio's own. Source: "Error and warning dictionary", twilio.com/docs/api/errors. */
export class TwilioProblem extends Problem {
  readonly twilioCode: number;

  constructor(twilioCode: number, message: string) {
    super('bad-request', message);
    this.twilioCode = twilioCode;
  }
}

/** Codes of what goes wrong with any resource. */
const usual: Partial<Record<Problem['code'], number>> = {
  'bad-request': 20001,
  unauthorized: 20003,
  forbidden: 20403,
  'not-found': 20404,
  'method-not-allowed': 20004,
  unavailable: 20503,
};

export const twilioDialect: Dialect = {
  prefix: `/${apiVersion}/`,
  failure(problem, path): Reply {
    const { code, status } = problem;
    const number = problem instanceof TwilioProblem ? problem.twilioCode : (usual[code] ?? 20500);
    const message = code === 'not-found' ? `The requested resource ${path} was not found` : problem.message;
    const reply = json(
      { code: number, message, more_info: `https://www.twilio.com/docs/errors/${number}`, status },
      status,
    );
    return code === 'unauthorized' ? { ...reply, headers: { 'www-authenticate': 'Basic realm="Twilio API"' } } : reply;
  },
};
