import { describe, expect, it } from 'vitest';
import { diffMessages } from '../../src/renderer/features/ladder/diff.ts';
import { explainBodyLine, explainHeader } from '../../src/renderer/features/ladder/headers.ts';
import { messages } from './panes-harness/transferred-call.ts';

function sip(start: string, headers: string[], body: string[] = []): string {
  return [start, ...headers, '', ...body].join('\r\n');
}

/** `~ CSeq: [2] NOTIFY`: the sign of each line, with what differs in brackets. */
function marks(before: string | undefined, after: string): string[] {
  const signs = { same: ' ', changed: '~', added: '+', removed: '-' };
  return diffMessages(before, after).map(({ text, change, span }) => {
    const marked = span ? `${text.slice(0, span[0])}[${text.slice(...span)}]${text.slice(span[1])}` : text;
    return `${signs[change]} ${marked}`;
  });
}

describe('what changed in a message', () => {
  it('is marked in the header where it stands, whole words at a time', () => {
    const before = sip('NOTIFY sip:a@b SIP/2.0', ['CSeq: 2 NOTIFY', 'To: <sip:+14155550100@b>;tag=1']);
    const after = sip('NOTIFY sip:a@b SIP/2.0', ['CSeq: 3 NOTIFY', 'To: <sip:+14155550486@b>;tag=1']);
    expect(marks(before, after)).toEqual([
      '  NOTIFY sip:a@b SIP/2.0',
      '~ CSeq: [3] NOTIFY',
      '~ To: <sip:[+14155550486]@b>;tag=1',
    ]);
  });

  it('names headers that are new and that are gone', () => {
    const before = sip('BYE sip:a@b SIP/2.0', ['Call-ID: 1', 'Event: refer']);
    const after = sip('BYE sip:a@b SIP/2.0', ['Call-ID: 1', 'Reason: SIP;cause=200']);
    expect(marks(before, after).slice(1)).toEqual(['  Call-ID: 1', '+ Reason: SIP;cause=200', '- Event: refer']);
  });

  it('is not the order of headers', () => {
    const before = sip('ACK sip:a@b SIP/2.0', ['Call-ID: 1', 'Max-Forwards: 70']);
    const after = sip('ACK sip:a@b SIP/2.0', ['Max-Forwards: 70', 'Call-ID: 1']);
    expect(diffMessages(before, after).every((line) => line.change === 'same')).toBe(true);
  });

  it('pairs a compact header with its full form', () => {
    const [, header] = diffMessages(sip('ACK sip:a@b SIP/2.0', ['i: 1']), sip('ACK sip:a@b SIP/2.0', ['Call-ID: 2']));
    expect(header).toMatchObject({ change: 'changed', name: 'Call-ID' });
  });

  it('keeps equal headers of one name together when another of that name is added', () => {
    const before = sip('BYE sip:a@b SIP/2.0', ['Via: one']);
    const after = sip('BYE sip:a@b SIP/2.0', ['Via: two', 'Via: one']);
    expect(marks(before, after).slice(1)).toEqual(['+ Via: two', '  Via: one']);
  });

  it('finds the lines of the body that were put in, left out, and kept', () => {
    const before = sip('OK', [], ['v=0', 'a=ptime:20', 'a=sendrecv', '']);
    const after = sip('OK', [], ['v=0', 'a=sendonly', 'a=ptime:20', '']);
    expect(marks(before, after).slice(1)).toEqual(['  v=0', '+ a=sendonly', '  a=ptime:20', '- a=sendrecv']);
  });

  it('is nothing for a first message', () => {
    expect(marks(undefined, messages[0]!.text).every((line) => line.startsWith('  '))).toBe(true);
  });

  it('never loses a line of the message, whatever it is compared with', () => {
    for (const before of messages) {
      for (const after of messages) {
        const kept = diffMessages(before.text, after.text).filter((line) => line.change !== 'removed');
        const [head, body] = after.text.split('\r\n\r\n');
        const lines = [...head!.split('\r\n'), ...body!.split('\r\n').filter((line) => line !== '')];
        expect(kept.map((line) => line.text)).toEqual(lines);
      }
    }
  });
});

describe('explanations', () => {
  it('exist for every header of a transferred call', () => {
    const names = messages.flatMap((message) => diffMessages(undefined, message.text)).map((line) => line.name);
    const unexplained = names.filter((name) => name !== undefined && explainHeader(name) === undefined);
    expect(unexplained).toEqual([]);
  });

  it('are found however the header is written', () => {
    expect(explainHeader('REFER-TO')).toBe(explainHeader('Refer-To'));
    expect(explainHeader('X-Unheard-Of')).toBeUndefined();
  });

  it('tell the direction of the sound', () => {
    expect(explainBodyLine('a=sendonly')).toContain('hold');
    expect(explainBodyLine('s=-')).toBeUndefined();
  });
});
