import {
  checkRequest,
  checkResponse,
  createResponse,
  parseContacts,
  parseMessage,
  parseReplaces,
  parseSubscriptionState,
  parseUri,
  printMessage,
  readHead,
  type SipMessage,
} from '../../../src/core/message/index.ts';
import { readBody } from '../../../src/core/ua/body.ts';
import { parseSipfrag } from '../../../src/core/subscription/sipfrag.ts';
import { mutate } from '../mutate.ts';
import { expectThat, simply, timed, type Part } from '../part.ts';
import { everyMessage, multiparts, sipfrags } from '../seeds.ts';

const MESSAGE = 0;
const SIPFRAG = 1;
/** A message whose body is a multipart. */
const MULTIPART = 2;

/** Parsing and printing, and every field read. */
export const parser: Part = {
  name: 'parser',
  inSuite: 10_000,
  open: simply(
    (dice) => {
      const at = dice.chance(0.05) ? SIPFRAG : dice.chance(0.1) ? MULTIPART : MESSAGE;
      const seeds = at === SIPFRAG ? sipfrags : at === MULTIPART ? multiparts : everyMessage;
      return { plan: 0, pieces: [{ at, bytes: mutate(dice.pick(seeds), dice, dice.pick(everyMessage)) }] };
    },
    ({ pieces }) => {
      for (const { at, bytes } of pieces) {
        if (at === SIPFRAG) timed(() => parseSipfrag(Buffer.from(bytes).toString('utf8')));
        else checkMessage(bytes);
      }
    },
  ),
};

function checkMessage(bytes: Uint8Array): void {
  const message = timed(() => read(bytes));
  if (message === undefined) return;
  const printed = printMessage(message);
  const again = parseMessage(printed);
  expectThat(again.ok, 'what was printed does not parse');
  expectThat(printMessage(again.value).equals(printed), 'printing what was printed gives something else');
}

/** All that upper layers do with bytes before they trust them. */
function read(bytes: Uint8Array): SipMessage | undefined {
  const parsed = parseMessage(bytes);
  const message = parsed.ok ? parsed.value : parsed.error.request;
  if (message === undefined) return undefined;
  readHead(message);
  parseContacts(message.headers);
  for (const name of new Set(Array.from(message.headers.entries(), ([each]) => each))) message.headers.all(name);
  for (const [name, value] of message.headers.entries()) {
    if (name === 'Refer-To') parseUri(value);
    if (name === 'Replaces') parseReplaces(value);
    if (name === 'Subscription-State') parseSubscriptionState(value);
  }
  const body = readBody(message, 'application/sdp', 'session');
  expectThat(body.text === undefined || body.text.length <= message.body.length, 'a part is longer than its body');
  if (message.kind === 'response') checkResponse(message);
  else {
    checkRequest(message);
    const answer = printMessage(createResponse(message, 400, undefined, { toTag: 't' }));
    expectThat(!answer.subarray(0, -4).includes('\r\n\r\n'), 'an answer ends in its middle');
  }
  return parsed.ok ? parsed.value : undefined;
}
