import { ok } from '../message/result.ts';
import type { Result } from '../message/result.ts';
import type { TwimlDocument } from './document.ts';
import { parseTwiml } from './parse.ts';
import type { TwimlProblem } from './problem.ts';

/**
 * The document that an application's answer stands for. Source: "TwiML Voice: Your response": audio is played and text/plain
 * is read aloud, after which the call ends; everything else is TwiML.
 */
export function readAnswer(answer: {
  readonly contentType: string | undefined;
  readonly body: Uint8Array;
  readonly finalUrl: URL;
}): Result<TwimlDocument, TwimlProblem> {
  const type = answer.contentType?.split(';', 1)[0]!.trim().toLowerCase() ?? '';
  if (type.startsWith('audio/')) {
    return ok({ verbs: [{ name: 'Play', line: 1, url: answer.finalUrl.href, loop: 1 }], warnings: [] });
  }
  if (type !== 'text/plain') return parseTwiml(answer.body);
  const text = new TextDecoder().decode(answer.body).trim();
  return ok({ verbs: text === '' ? [] : [{ name: 'Say', line: 1, text, loop: 1 }], warnings: [] });
}
