/** The document that an answer amounts to. */
import { ok, type Result } from '../message/result.ts';
import type { TwimlDocument } from '../twiml/document.ts';
import { parseTwiml } from '../twiml/parse.ts';
import type { TwimlProblem } from '../twiml/problem.ts';
import type { WebhookAnswer } from '../webhook/exchange.ts';

/** "TwiML Voice: Your response": plain text is read aloud and audio played, each once, and then the call ends. */
export function documentOf({ contentType = '', body, finalUrl }: WebhookAnswer): Result<TwimlDocument, TwimlProblem> {
  const type = contentType.split(';', 1)[0]!.trim().toLowerCase();
  if (type === 'text/plain') {
    const text = new TextDecoder().decode(body);
    return ok({ verbs: [{ name: 'Say', text, loop: 1, line: 1 }], warnings: [] });
  }
  if (type.startsWith('audio/')) {
    return ok({ verbs: [{ name: 'Play', url: finalUrl.href, loop: 1, line: 1 }], warnings: [] });
  }
  return parseTwiml(body);
}
