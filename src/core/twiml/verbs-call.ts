import { isSipUri, parseUri } from '../message/uri.ts';
import { AttributeReader, expectNoAttributes, isPlain } from './attributes.ts';
import type { Warn } from './attributes.ts';
import { elementsOf, ownText } from './content.ts';
import type { Dial, DialTarget, Hangup, NumberTarget, Redirect, Refer, Reject, SipTarget } from './document.ts';
import { warning } from './problem.ts';
import type { XmlElement } from './xml.ts';

const statusCallbacks = ['statusCallback', 'statusCallbackEvent', 'statusCallbackMethod', 'byoc', 'machineDetection'];
const unbuiltInDial = [
  'record',
  'trim',
  'recordingStatusCallback',
  'recordingStatusCallbackEvent',
  'recordingStatusCallbackMethod',
  'recordingTrack',
  'ringTone',
  'sequential',
  'events',
];

/** Undefined when it names nobody to call: then the next verb runs (chosen here; the page of 13223 leaves it open). */
export function readDial(element: XmlElement, warn: Warn): Dial | undefined {
  const known = ['action', 'method', 'timeout', 'callerId', 'referUrl', 'referMethod', 'hangupOnStar', 'timeLimit'];
  const attributes = new AttributeReader(element, warn, [...known, 'answerOnBridge'], unbuiltInDial);
  const targets = readTargets(element, warn);
  if (targets.length === 0) {
    warn(warning(13223, '<Dial> names nobody to call and is skipped.', element.line));
    return undefined;
  }
  const action = attributes.text('action');
  const callerId = attributes.plain('callerId', 13214);
  const referUrl = attributes.text('referUrl');
  const timeLimitSeconds = attributes.integer('timeLimit', 13216, 1, 86_400);
  return {
    name: 'Dial',
    line: element.line,
    ...(action === undefined ? {} : { action }),
    method: attributes.method(13210),
    timeoutSeconds: attributes.integer('timeout', 13212, 1, 600) ?? 30,
    ...(callerId === undefined ? {} : { callerId }),
    ...(referUrl === undefined ? {} : { referUrl }),
    referMethod: attributes.method(12200, 'referMethod'),
    hangupOnStar: attributes.boolean('hangupOnStar', 13213),
    ...(timeLimitSeconds === undefined ? {} : { timeLimitSeconds }),
    answerOnBridge: attributes.boolean('answerOnBridge', 13219),
    targets,
  };
}

/** The nouns, or without any the number that is the text of the verb. */
function readTargets(element: XmlElement, warn: Warn): DialTarget[] {
  const nouns = elementsOf(element);
  const text = ownText(element);
  if (nouns.length === 0) {
    if (text === '') return [];
    if (isPlain(text)) return [{ kind: 'number', line: element.line, number: text, method: 'POST' }];
    warn(warning(13223, 'The number in <Dial> must be one line of text.', element.line));
    return [];
  }
  if (text !== '') warn(warning(13215, 'The text in <Dial> beside its nouns is ignored.', element.line));
  return nouns.flatMap((noun) => readTarget(noun, warn) ?? []);
}

function readTarget(element: XmlElement, warn: Warn): DialTarget | undefined {
  if (element.name === 'Number') return readNumber(element, warn);
  if (element.name === 'Sip') return readSip(element, warn);
  warn(warning(13215, `<${element.name}> is not allowed in <Dial>; it is skipped.`, element.line));
  return undefined;
}

function readNumber(element: XmlElement, warn: Warn): NumberTarget | undefined {
  const attributes = new AttributeReader(element, warn, ['sendDigits', 'url', 'method'], statusCallbacks);
  const number = ownText(element);
  if (number === '' || !isPlain(number)) {
    warn(warning(13223, 'A <Number> must hold a number, on one line.', element.line));
    return undefined;
  }
  const sendDigits = attributes.matching(
    'sendDigits',
    13222,
    /^[0-9wW*#]+$/,
    'must hold only the keys 0–9, *, # and w',
  );
  const url = attributes.text('url');
  return {
    kind: 'number',
    line: element.line,
    number,
    ...(sendDigits === undefined ? {} : { sendDigits }),
    ...(url === undefined ? {} : { url }),
    method: attributes.method(13221),
  };
}

function readSip(element: XmlElement, warn: Warn): SipTarget | undefined {
  const attributes = new AttributeReader(element, warn, ['username', 'password', 'url', 'method'], statusCallbacks);
  const uri = readSipUri(element, warn);
  if (uri === undefined) return undefined;
  const username = attributes.plain('username', 13249);
  const password = attributes.plain('password', 13249);
  const url = attributes.text('url');
  return {
    kind: 'sip',
    line: element.line,
    uri,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(url === undefined ? {} : { url }),
    method: attributes.method(13241),
  };
}

/** The URI as written: it goes into a header field unchanged (T3), so it has to be a URI to its last character, and no URI holds a line break. */
function readSipUri(element: XmlElement, warn: Warn): string | undefined {
  const text = ownText(element);
  const uri = parseUri(text);
  if (uri.ok && isSipUri(uri.value)) return text;
  const why = uri.ok ? 'the scheme must be sip or sips' : uri.error;
  warn(warning(13243, `The URI in <Sip> cannot be used: ${why}.`, element.line));
  return undefined;
}

/**
 * Undefined when it holds no SIP URI that can be used: then the next verb runs, as without `action` (T10). Twilio documents
 * no code for that; 12200, and 13243 as for `<Dial>`, are chosen here.
 */
export function readRefer(element: XmlElement, warn: Warn): Refer | undefined {
  const attributes = new AttributeReader(element, warn, ['action', 'method']);
  const [noun, ...others] = elementsOf(element);
  for (const other of others) {
    warn(warning(12200, `<Refer> takes one <Sip>; <${other.name}> is ignored.`, other.line));
  }
  if (noun?.name !== 'Sip') {
    warn(warning(12200, '<Refer> must hold <Sip> with a SIP URI; it is skipped.', element.line));
    return undefined;
  }
  expectNoAttributes(noun, warn);
  const sip = readSipUri(noun, warn);
  if (sip === undefined) return undefined;
  const action = attributes.text('action');
  return {
    name: 'Refer',
    line: element.line,
    ...(action === undefined ? {} : { action }),
    method: attributes.method(12200),
    sip,
  };
}

export function readHangup(element: XmlElement, warn: Warn): Hangup {
  expectNoAttributes(element, warn);
  return { name: 'Hangup', line: element.line };
}

export function readReject(element: XmlElement, warn: Warn): Reject {
  const attributes = new AttributeReader(element, warn, ['reason']);
  return { name: 'Reject', line: element.line, reason: attributes.choice('reason', 13810, ['rejected', 'busy']) };
}

export function readRedirect(element: XmlElement, warn: Warn): Redirect {
  const attributes = new AttributeReader(element, warn, ['method']);
  return { name: 'Redirect', line: element.line, url: ownText(element), method: attributes.method(13710) };
}
