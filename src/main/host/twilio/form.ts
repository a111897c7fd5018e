/** Bodies of HTML forms, as Twilio's API takes them. */
import { mediaTypeOf, readText } from '../exchange.ts';
import { Problem } from '../problem.ts';
import type { BodyReader } from '../route.ts';

const FORM = 'application/x-www-form-urlencoded';

/** An object of texts; of a name that comes twice the last value. */
export const form: BodyReader = {
  types: { [FORM]: 'schema' },
  async read(request) {
    if (mediaTypeOf(request) !== FORM) throw new Problem('bad-request', `Send the parameters as ${FORM}.`);
    return Object.fromEntries(new URLSearchParams(await readText(request)));
  },
};
