import { parseWithParams } from './params.ts';
import { err, ok } from './result.ts';
import type { Result } from './result.ts';

/** The dialog that an INVITE takes the place of, in the recipient's eyes: its to-tag is the recipient's local tag. RFC 3891 §6.1. */
interface Replaces {
  callId: string;
  toTag: string;
  fromTag: string;
  /** Only while the dialog is early. */
  earlyOnly: boolean;
}

export function parseReplaces(text: string): Result<Replaces, string> {
  const parsed = parseWithParams(text);
  if (!parsed.ok) return err(`Replaces: ${parsed.error}`);
  const { value, params } = parsed.value;
  const toTag = params.get('to-tag');
  const fromTag = params.get('from-tag');
  if (/[ \t,]/.test(value)) return err('Replaces: the Call-ID holds a blank or a comma');
  if (toTag === undefined) return err('Replaces: no to-tag');
  if (fromTag === undefined) return err('Replaces: no from-tag');
  return ok({ callId: value, toTag, fromTag, earlyOnly: params.has('early-only') });
}

export function printReplaces(replaces: Replaces): string {
  const earlyOnly = replaces.earlyOnly ? ';early-only' : '';
  return `${replaces.callId};to-tag=${replaces.toTag};from-tag=${replaces.fromTag}${earlyOnly}`;
}
