import { err, ok } from '../message/result.ts';
import type { Result } from '../message/result.ts';
import { MAX_DOCUMENT_BYTES } from '../twiml/parse.ts';
import { fatal } from '../twiml/problem.ts';
import type { TwimlProblem } from '../twiml/problem.ts';
import type { Answered } from './attempt.ts';
import type { WebhookRequest } from './exchange.ts';

/** Chosen here: half an hour of G.711, or three minutes of CD quality, is enough for an announcement. */
const MAX_AUDIO_BYTES = 16 * 1024 * 1024;

export function bodyLimit(expects: WebhookRequest['expects']): number {
  return expects === 'audio' ? MAX_AUDIO_BYTES : MAX_DOCUMENT_BYTES;
}

/** Whether an answer that is no redirect can be used. */
export function judge(answer: Answered, expects: WebhookRequest['expects']): Result<Answered, TwimlProblem> {
  if (answer.status < 200 || answer.status > 299) {
    return err(fatal(11217, `The server answered ${answer.status} ${answer.statusText}`.trim().concat('.')));
  }
  if (answer.cut) {
    const limit = bodyLimit(expects);
    return err(fatal(expects === 'audio' ? 11200 : 11750, `The answer has more than ${limit} bytes.`));
  }
  if (expects === undefined) return ok(answer);
  if (answer.body.length === 0) return err(fatal(11770, 'The answer is empty.'));
  const type = mediaType(answer.contentType);
  if (type === undefined) return err(fatal(12300, 'The answer has no Content-Type.'));
  const usable = expects === 'audio' ? type.startsWith('audio/') : isTwiml(type, answer.body);
  const wanted = expects === 'audio' ? 'audio' : 'TwiML (text/xml or application/xml)';
  return usable ? ok(answer) : err(fatal(12300, `The answer is ${type}; it must be ${wanted}.`));
}

/**
 * "TwiML Voice: Your response" has text/xml, application/xml and text/html read as TwiML, audio played and text/plain read
 * aloud; Twilio's support article on 12300 has text/html refused. Chosen here: text/html passes when a TwiML document is in it.
 */
function isTwiml(type: string, body: Uint8Array): boolean {
  if (type === 'text/html') return /<Response[\s/>]/.test(new TextDecoder().decode(body));
  return type === 'text/xml' || type === 'application/xml' || type === 'text/plain' || type.startsWith('audio/');
}

/** Type and subtype in lower case. RFC 9110 §8.3.1. */
export function mediaType(contentType: string | undefined): string | undefined {
  const type = contentType?.split(';', 1)[0]!.trim().toLowerCase();
  return type === '' ? undefined : type;
}
