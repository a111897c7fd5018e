import sax from 'sax';
import { err, ok } from '../message/result.ts';
import type { Result } from '../message/result.ts';
import { fatal } from './problem.ts';
import type { TwimlProblem } from './problem.ts';

/** An element of a document; only what TwiML needs of XML. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly (XmlElement | string)[];
  /** The line of its start tag, from 1. */
  readonly line: number;
}

/** Elements within elements: Response, Gather, Say and its markup need five. */
const MAX_DEPTH = 16;
const MAX_ATTRIBUTES = 32;

/**
 * After `<!` the parser looks at all it has read so far with each further character: a long declaration would cost the
 * square of its length. It is fed in pieces, and between them refused what has got longer than `[CDATA[` and `DOCTYPE`.
 */
const CHUNK = 512;
const LONGEST_KEYWORD = 16;

/** What XML 1.0 §2.2 has in no document, not even as a character reference. */
const FORBIDDEN =
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

interface Building {
  name: string;
  attributes: Map<string, string>;
  children: (XmlElement | string)[];
  line: number;
}

/**
 * Reads a document into its elements. Hardened: no DOCTYPE and so no entities but the five of XML, no processing
 * instruction but the declaration, limits on depth and attributes. The size is the caller's to limit. Never throws.
 */
export function parseXml(text: string): Result<XmlElement, TwimlProblem> {
  // The parser would let it pass; Twilio names it as a cause of 12100.
  if (/^\uFEFF?[ \t\r\n]+<\?xml/.test(text))
    return err(fatal(12100, 'Something stands before the XML declaration.', 1));
  const options = { strictEntities: true, position: true };
  const parser = sax.parser(true, options);
  const open: Building[] = [];
  let root: Building | undefined;
  let failure: string | undefined;

  const fail = (why: string): never => {
    failure = why;
    throw new Error(why);
  };
  const checked = (value: string): string =>
    FORBIDDEN.test(value) ? fail('The document holds a character that XML does not allow.') : value;
  const append = (value: string): void => {
    open.at(-1)?.children.push(checked(value));
  };

  parser.onerror = (error) => fail(sentence(error.message));
  parser.ondoctype = () => fail('A DOCTYPE is not allowed in TwiML.');
  const declaration = (): never => fail('A declaration is not allowed in TwiML.');
  parser.onsgmldeclaration = declaration;
  parser.onprocessinginstruction = ({ name }) => {
    if (name.toLowerCase() !== 'xml') fail('A processing instruction is not allowed in TwiML.');
  };
  parser.onopentagstart = ({ name }) => {
    // The name has just ended, perhaps with its line.
    const line = text[parser.position - 1] === '\n' ? parser.line : parser.line + 1;
    if (open.length === MAX_DEPTH) fail(`More than ${MAX_DEPTH} elements within one another.`);
    if (open.length === 0 && root !== undefined) fail('A second root element.');
    const element: Building = { name, attributes: new Map(), children: [], line };
    root ??= element;
    open.at(-1)?.children.push(element);
    open.push(element);
  };
  parser.onattribute = ({ name, value }) => {
    const { attributes } = open.at(-1)!;
    if (attributes.size === MAX_ATTRIBUTES) fail(`More than ${MAX_ATTRIBUTES} attributes of one element.`);
    attributes.set(name, checked(value));
  };
  parser.onopentag = () => {
    // The parser drops an attribute that comes twice; XML 1.0 §3.1 forbids it, and which one counts would be a guess.
    const tag = text.slice(parser.startTagPosition - 1, parser.position);
    const written = tag.replaceAll(/"[^"]*"|'[^']*'/g, '').split('=').length - 1;
    if (written !== open.at(-1)!.attributes.size) fail('An attribute comes twice.');
  };
  parser.onclosetag = () => void open.pop();
  parser.ontext = append;
  parser.oncdata = append;

  try {
    for (let at = 0; at < text.length; at += CHUNK) {
      parser.write(text.slice(at, at + CHUNK));
      if ('sgmlDecl' in parser && String(parser.sgmlDecl).length > LONGEST_KEYWORD) declaration();
    }
    parser.close();
  } catch {
    // What the parser throws by itself (an attribute named like a method of objects) is an error of the document, too.
    return err(fatal(12100, failure ?? 'The document is not well-formed.', parser.line + 1));
  }
  return root === undefined ? err(fatal(12100, 'The document has no element.', 1)) : ok(root);
}

/** The first line of the parser's message, as a sentence. */
function sentence(message: string): string {
  const first = message.split('\n', 1)[0]!.trim();
  return first.endsWith('.') ? first : `${first}.`;
}
