/** The documents of the demo application. Pure. */

export interface DemoPeople {
  /** Number and name of somebody who answers, and of somebody who is busy. */
  readonly answering?: Person | undefined;
  readonly busy?: Person | undefined;
  /** Host part of the URIs under which they can be called. */
  readonly domain: string;
}

export interface Person {
  readonly number: string;
  readonly name: string;
}

/** What a request brought, by name. */
export type Asked = Readonly<Record<string, string>>;

/** Times that the menu is said to somebody who presses nothing. */
const ROUNDS = 3;

/** Header parameters of the Refer-To, as in Twilio's own examples of what they are for: they reach the next call. */
const HEADERS = 'X-AcctNumber=123456&X-ReasonForCalling=billing&User-to-User=7072656d69756d%3Bencoding%3Dhex';

/** The voice URL: a greeting and the menu. */
export function greeting({ round = '1' }: Asked, people: DemoPeople): string {
  const said = round === '1' ? 'Welcome to the Patchcord demo.' : 'I did not get that.';
  const rounds = Number(round) || ROUNDS;
  return response(
    menu(said, people),
    rounds >= ROUNDS ? say('Nothing was pressed. Good bye.') : redirect(`voice?round=${rounds + 1}`),
  );
}

/** Action of the menu. */
export function choice({ Digits: digits }: Asked, people: DemoPeople): string {
  const { answering, busy } = people;
  if (digits === '1' && answering) return response(...refer(answering, people));
  if (digits === '2' && answering) {
    return response(
      say(`I call ${answering.name} and connect you.`),
      `<Dial action="dialed" timeout="20"><Number>${xml(answering.number)}</Number></Dial>`,
    );
  }
  if (digits === '3' && busy) return response(...refer(busy, people));
  return response(menu(`There is no choice ${digits ?? ''}.`, people), '<Hangup/>');
}

/** Action of `<Refer>`: what became of the transfer (T5 to T8), and another try. */
export function transferred(asked: Asked, people: DemoPeople): string {
  const { ReferCallStatus: status, ReferSipResponseCode: answered, NotifySipResponseCode: notify } = asked;
  switch (status) {
    case 'in-progress':
      return response(say(`The transfer has succeeded: your phone reported ${code(notify)}. Good bye.`), '<Hangup/>');
    case 'canceled':
      return response();
    case 'busy':
      return response(menu(`The transfer has failed: busy, ${code(notify)}.`, people), '<Hangup/>');
    case 'no-answer':
      return response(menu(`The transfer has failed: no answer, ${code(notify)}.`, people), '<Hangup/>');
    default: {
      const why = notify
        ? `it reported ${code(notify)}`
        : answered
          ? `it answered ${code(answered)}`
          : 'it could not be asked';
      return response(menu(`Your phone did not make the transfer: ${why}.`, people), '<Hangup/>');
    }
  }
}

/** Action of `<Dial>`. */
export function dialed({ DialCallStatus: status }: Asked, people: DemoPeople): string {
  const said =
    status === 'completed' ? 'The other side has hung up.' : `The call was not connected: ${status ?? 'failed'}.`;
  return response(menu(said, people), '<Hangup/>');
}

function refer({ number, name }: Person, { domain }: DemoPeople): string[] {
  return [
    say(`I ask your phone to call ${name}.`),
    `<Refer action="transferred"><Sip>${xml(`sip:${number}@${domain}?${HEADERS}`)}</Sip></Refer>`,
  ];
}

function menu(said: string, { answering, busy }: DemoPeople): string {
  const choices = [
    ...(answering ? [`Press 1 and I transfer you to ${answering.name}.`, 'Press 2 and I connect you myself.'] : []),
    ...(busy ? [`Press 3 and I transfer you to ${busy.name}, who is busy.`] : []),
  ];
  const rest = choices.length > 0 ? choices.join(' ') : 'There is nobody to call.';
  return `<Gather action="choice" numDigits="1" timeout="8">${say(`${said} ${rest}`)}</Gather>`;
}

/** Said digit by digit. */
function code(status: string | undefined): string {
  return (status ?? '').split('').join(' ');
}

function say(text: string): string {
  return `<Say>${xml(text)}</Say>`;
}

function redirect(url: string): string {
  return `<Redirect>${xml(url)}</Redirect>`;
}

function response(...verbs: string[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Response>\n${verbs.map((verb) => `  ${verb}\n`).join('')}</Response>\n`;
}

function xml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
