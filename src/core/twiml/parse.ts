import { err, ok } from '../message/result.ts';
import type { Result } from '../message/result.ts';
import { expectNoAttributes } from './attributes.ts';
import type { Warn } from './attributes.ts';
import { elementsOf, ownText } from './content.ts';
import type { TwimlDocument, Verb } from './document.ts';
import { fatal, warning } from './problem.ts';
import type { TwimlProblem } from './problem.ts';
import { readDial, readHangup, readRedirect, readRefer, readReject } from './verbs-call.ts';
import { readGather, readPause, readPlay, readSay } from './verbs-prompt.ts';
import { parseXml } from './xml.ts';
import type { XmlElement } from './xml.ts';

/** The largest document, in bytes: Twilio's limit of 64 kB. */
export const MAX_DOCUMENT_BYTES = 65_536;

const readers: ReadonlyMap<string, (element: XmlElement, warn: Warn) => Verb | undefined> = new Map<
  string,
  (element: XmlElement, warn: Warn) => Verb | undefined
>([
  ['Say', (element, warn) => readSay(element, warn)],
  ['Play', readPlay],
  ['Pause', readPause],
  ['Gather', readGather],
  ['Dial', readDial],
  ['Refer', readRefer],
  ['Hangup', readHangup],
  ['Reject', readReject],
  ['Redirect', readRedirect],
]);

/** Verbs and nouns of Twilio's that this trunk does not have. A document that needs one is refused as a whole: half of it would mislead. */
const unbuilt: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  [
    'Response',
    new Set([
      'Connect',
      'Echo',
      'Enqueue',
      'Leave',
      'Message',
      'Pay',
      'Prompt',
      'Queue',
      'Record',
      'Sms',
      'Start',
      'Stop',
    ]),
  ],
  ['Dial', new Set(['Application', 'Client', 'Conference', 'Queue', 'Sim', 'WhatsApp'])],
]);

/**
 * Reads a TwiML document. Wrong values, unknown elements and wrong nesting are warnings, as with Twilio, and the rest runs;
 * what cannot be read at all, or needs a verb that is not built, is the error. Never throws.
 */
export function parseTwiml(xml: string | Uint8Array): Result<TwimlDocument, TwimlProblem> {
  const bytes = typeof xml === 'string' ? Buffer.byteLength(xml) : xml.byteLength;
  if (bytes > MAX_DOCUMENT_BYTES) {
    return err(fatal(11750, `The document has ${bytes} bytes; ${MAX_DOCUMENT_BYTES} are allowed.`));
  }
  const text = typeof xml === 'string' ? xml : decode(xml);
  if (text === undefined) return err(fatal(12100, 'The document is not in UTF-8.'));
  if (text.trim() === '') return err(fatal(11770, 'The document is empty.'));
  const root = parseXml(text);
  return root.ok ? readResponse(root.value) : root;
}

function readResponse(root: XmlElement): Result<TwimlDocument, TwimlProblem> {
  if (root.name !== 'Response') {
    return err(fatal(12102, `The root element is <${root.name}>; it must be <Response>.`, root.line));
  }
  const refused = firstUnbuilt(root);
  if (refused !== undefined) return err(refused);
  const warnings: TwimlProblem[] = [];
  const warn: Warn = (problem) => void warnings.push(problem);
  expectNoAttributes(root, warn);
  if (ownText(root) !== '') warn(warning(12200, 'The text in <Response> outside of verbs is ignored.', root.line));
  const verbs = elementsOf(root).flatMap((element) => readVerb(element, warn) ?? []);
  return ok({ verbs, warnings });
}

function readVerb(element: XmlElement, warn: Warn): Verb | undefined {
  const read = readers.get(element.name);
  if (read !== undefined) return read(element, warn);
  const meant = [...readers.keys()].find((name) => name.toLowerCase() === element.name.toLowerCase());
  const hint = meant === undefined ? 'is not a verb' : `is not a verb, <${meant}> is: names are case-sensitive`;
  warn(warning(12200, `<${element.name}> ${hint}; it is skipped.`, element.line));
  return undefined;
}

/** 13750 is Twilio's code for a verb that its interpreter does not take; that it stands for ours is chosen here. */
function firstUnbuilt(root: XmlElement): TwimlProblem | undefined {
  const pairs = elementsOf(root).flatMap((verb) => [
    [root, verb] as const,
    ...elementsOf(verb).map((noun) => [verb, noun] as const),
  ]);
  const found = pairs.find(([parent, child]) => unbuilt.get(parent.name)?.has(child.name) === true)?.[1];
  return found === undefined ? undefined : fatal(13750, `<${found.name}> is not supported here.`, found.line);
}

/** Only UTF-8, with or without its mark; Twilio asks for it. */
function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
