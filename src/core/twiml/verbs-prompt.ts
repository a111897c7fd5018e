import { AttributeReader } from './attributes.ts';
import type { Warn } from './attributes.ts';
import { elementsOf, flatText, ownText } from './content.ts';
import type { Gather, Pause, Play, Say } from './document.ts';
import { warning } from './problem.ts';
import type { XmlElement } from './xml.ts';

/** Twilio's limits: `loop` at most 1000 times, 4096 characters in a `<Say>`. */
const MAX_LOOP = 1000;
const MAX_SAY = 4096;
const MAX_SECONDS = 86_400;

/**
 * Markup of speech (SSML) is read as the text in it: the voices here know no prosody. Names of voices and languages are
 * words, so that whoever hands them to a synthesiser need not fear them.
 */
export function readSay(element: XmlElement, warn: Warn, inGather = false): Say | undefined {
  const attributes = new AttributeReader(element, warn, ['voice', 'language', 'loop']);
  const loop = attributes.integer('loop', inGather ? 13322 : 13510, 0, MAX_LOOP) ?? 1;
  const text = flatText(element);
  if (text === '') {
    warn(warning(13520, '<Say> has no text and is skipped.', element.line));
    return undefined;
  }
  // What Twilio does with the rest of such a text is not documented; reading what fits is chosen here.
  if (text.length > MAX_SAY) {
    warn(warning(13521, `<Say> has more than ${MAX_SAY} characters; the rest is left out.`, element.line));
  }
  const voice = attributes.matching(
    'voice',
    inGather ? 13321 : 13511,
    /^[A-Za-z0-9][\w.+-]*$/,
    'must be the name of a voice',
  );
  const language = attributes.matching(
    'language',
    13512,
    /^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$/,
    'must be a language tag',
  );
  return {
    name: 'Say',
    line: element.line,
    text: text.slice(0, MAX_SAY),
    loop,
    ...(voice === undefined ? {} : { voice }),
    ...(language === undefined ? {} : { language }),
  };
}

export function readPlay(element: XmlElement, warn: Warn): Play | undefined {
  const attributes = new AttributeReader(element, warn, ['loop', 'digits']);
  const loop = attributes.integer('loop', 13410, 0, MAX_LOOP) ?? 1;
  const digits = attributes.matching(
    'digits',
    13430,
    /^[0-9A-Da-dwW*#]+$/,
    'must hold only the keys 0–9, *, #, A–D and w',
  );
  const url = ownText(element);
  if (url === '' && digits === undefined) {
    warn(warning(11100, '<Play> has neither a URL nor digits and is skipped.', element.line));
    return undefined;
  }
  return { name: 'Play', line: element.line, url, loop, ...(digits === undefined ? {} : { digits }) };
}

export function readPause(element: XmlElement, warn: Warn): Pause {
  const attributes = new AttributeReader(element, warn, ['length']);
  return { name: 'Pause', line: element.line, seconds: attributes.integer('length', 13910, 1, MAX_SECONDS) ?? 1 };
}

const speech = [
  'enhanced',
  'hints',
  'language',
  'partialResultCallback',
  'partialResultCallbackMethod',
  'profanityFilter',
  'speechModel',
  'speechTimeout',
  'maxSpeechTime',
  'bargeIn',
  'debug',
];

export function readGather(element: XmlElement, warn: Warn): Gather {
  const attributes = new AttributeReader(
    element,
    warn,
    ['action', 'method', 'input', 'timeout', 'numDigits', 'finishOnKey', 'actionOnEmptyResult'],
    speech,
  );
  // Speech recognition is not built: a document that asks for it as well gets the keys.
  const input = attributes.text('input');
  if (input !== undefined && input !== 'dtmf') {
    warn(warning(13326, `<Gather> takes only keys here (input="dtmf"), no ${input}.`, element.line));
  }
  const action = attributes.text('action');
  const numDigits = attributes.integer('numDigits', 13314, 1, 1000);
  return {
    name: 'Gather',
    line: element.line,
    input: 'dtmf',
    ...(action === undefined ? {} : { action }),
    method: attributes.method(13312),
    timeoutSeconds: attributes.integer('timeout', 13313, 1, MAX_SECONDS) ?? 5,
    ...(numDigits === undefined ? {} : { numDigits }),
    finishOnKey: finishOnKey(element, attributes),
    actionOnEmptyResult: attributes.boolean('actionOnEmptyResult', 13338),
    nested: elementsOf(element).flatMap((child) => readNested(child, warn) ?? []),
  };
}

function finishOnKey(element: XmlElement, attributes: AttributeReader): string {
  const tooLong = (element.attributes.get('finishOnKey')?.length ?? 0) > 1;
  return (
    attributes.matching('finishOnKey', tooLong ? 13311 : 13310, /^[0-9#*]?$/, 'must be one of 0–9, #, * or empty') ??
    '#'
  );
}

function readNested(element: XmlElement, warn: Warn): Say | Play | Pause | undefined {
  switch (element.name) {
    case 'Say':
      return readSay(element, warn, true);
    case 'Play':
      return readPlay(element, warn);
    case 'Pause':
      return readPause(element, warn);
    default:
      warn(
        warning(
          13320,
          `<${element.name}> is not allowed in <Gather>, only Say, Play and Pause; it is skipped.`,
          element.line,
        ),
      );
      return undefined;
  }
}
