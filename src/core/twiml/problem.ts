/** Something wrong with a document, or with the way to it, in the provider's terms. */
export interface TwimlProblem {
  /** Twilio's error code; `twimlErrors` has those in use. */
  readonly code: number;
  /** One sentence for the author of the application. */
  readonly text: string;
  /** Line of the document, from 1. */
  readonly line?: number;
  /** The document cannot go on: the call is ended as the provider would. Else it is a warning. */
  readonly fatal: boolean;
}

/**
 * The error codes in use and what they stand for. Source: Twilio's error and warning dictionary, twilio.com/docs/api/errors,
 * in our words. Codes of attributes are warnings there: the value is ignored and the default holds.
 */
export const twimlErrors = {
  11100: 'the URL is not valid',
  11200: 'the request got no usable answer',
  11201: 'the connection timed out',
  11202: 'the connection was refused',
  11203: 'the time for the whole request ran out',
  11205: 'no connection to the server',
  11206: 'the answer is not valid HTTP',
  11210: 'the host name is unknown',
  11215: 'too many redirects',
  11216: 'a redirect leads nowhere',
  11217: 'the server answered with an error',
  11220: 'the TLS handshake failed',
  11235: 'the certificate is for another host',
  11236: 'the certificate has expired',
  11237: 'the certificate is not trusted',
  11750: 'the document is too large',
  11770: 'the answer is empty',
  12100: 'the document cannot be parsed',
  12102: 'the root element is not Response',
  12200: 'the document is not as the schema has it',
  12300: 'the content type cannot be used',
  13210: 'Dial: method',
  13212: 'Dial: timeout',
  13213: 'Dial: hangupOnStar',
  13214: 'Dial: callerId',
  13215: 'Dial: nested element',
  13216: 'Dial: timeLimit',
  13219: 'Dial: answerOnBridge',
  13221: 'Dial, Number: method',
  13222: 'Dial, Number: sendDigits',
  13223: 'Dial: the format of a number',
  13227: 'Dial: the country is not enabled',
  13241: 'Dial, Sip: method',
  13243: 'Dial, Sip: the URI',
  13249: 'Dial: username or password',
  13310: 'Gather: finishOnKey is no key',
  13311: 'Gather: finishOnKey is more than one key',
  13312: 'Gather: method',
  13313: 'Gather: timeout',
  13314: 'Gather: numDigits',
  13320: 'Gather: nested verb',
  13321: 'Gather, Say: voice',
  13322: 'Gather, Say: loop',
  13326: 'Gather: input',
  13338: 'Gather: actionOnEmptyResult',
  13410: 'Play: loop',
  13420: 'Play: content type',
  13430: 'Play: digits',
  13510: 'Say: loop',
  13511: 'Say: voice',
  13512: 'Say: language',
  13520: 'Say: text',
  13521: 'Say: too much text',
  13710: 'Redirect: method',
  13750: 'the verb is not supported',
  13801: 'Refer on a leg that is not SIP',
  13802: 'REFER received and the Dial has no referUrl',
  13810: 'Reject: reason',
  13910: 'Pause: length',
} as const satisfies Record<number, string>;

export type TwimlCode = keyof typeof twimlErrors;

/** A problem that ends the document. */
export function fatal(code: TwimlCode, text: string, line?: number): TwimlProblem {
  return { code, text, ...(line === undefined ? {} : { line }), fatal: true };
}

/** A problem with which the document runs on. */
export function warning(code: TwimlCode, text: string, line?: number): TwimlProblem {
  return { code, text, ...(line === undefined ? {} : { line }), fatal: false };
}
