import { describe, expect, it } from 'vitest';
import type { Ladder } from '../../src/nouns/ladder.ts';
import { ladderMermaid, ladderText, Tracer } from '../../src/core/trace/index.ts';
import { caller, consoleLeg, invite, traced } from './fixture.ts';

function ladder(options: { label?: string; maxMessagesPerCall?: number } = {}): Ladder {
  const tracer = new Tracer(options);
  tracer.bind('dialog-a', { ...caller, label: options.label ?? caller.label });
  tracer.bind('dialog-b', consoleLeg);
  tracer.observe(invite());
  tracer.observe(invite({ callId: 'dialog-b', direction: 'out', atMs: 3 }));
  tracer.observe(invite({ callId: 'dialog-b', direction: 'out', atMs: 503 }));
  tracer.observe(traced('SIP/2.0 486 Busy Here', { callId: 'dialog-b', cseq: '1 INVITE', atMs: 1_250 }));
  const made = tracer.ladder('call');
  if (made === undefined) throw new Error('no ladder');
  return made;
}

describe('the ladder as text', () => {
  it('shows a line for each message, then every message in full', () => {
    const [overview, ...full] = ladderText(ladder()).split('\n\n----');
    expect(overview).toBe(
      [
        'Call call, began 2030-01-01T00:00:00.000Z, 4 messages',
        '',
        '    1  +    0.000 s  Dana Reyes --> trunk  INVITE sip:+14155550100@example.com SIP/2.0',
        '    2  +    0.003 s  trunk --> Console     INVITE sip:+14155550100@example.com SIP/2.0',
        '    3  +    0.503 s  trunk --> Console     INVITE sip:+14155550100@example.com SIP/2.0  (retransmission)',
        '    4  +    1.250 s  Console --> trunk     SIP/2.0 486 Busy Here',
      ].join('\n'),
    );
    expect(full).toHaveLength(4);
    expect(full[3]).toMatch(
      /^ 4 {2}2030-01-01T00:00:01.250Z {2}Console --> trunk {2}UDP\nSIP\/2.0 486 Busy Here\nVia: /,
    );
  });

  it('says where messages were dropped', () => {
    const gap = { ...ladder(), dropped: 2 };
    gap.messages.splice(1, 2);
    expect(ladderText(gap)).toContain('\n      (2 messages dropped)\n    4  ');
  });

  it('cannot move the cursor of the terminal that shows it', () => {
    const hostile = ladder({ label: '\x1b[2JDana' });
    for (const message of hostile.messages) message.text = 'OPTIONS \x1b]0;x\x07\x9b1m\r\nX: \0';
    expect(ladderText(hostile)).toContain('OPTIONS \\x1b]0;x\\x07\\x9b1m');
    // oxlint-disable-next-line no-control-regex -- control characters are what this is about
    expect(ladderText(hostile)).not.toMatch(/[^\P{Cc}\n\t]/u);
  });
});

describe('the ladder as Mermaid', () => {
  it('is a sequence diagram with an arrow for each message', () => {
    expect(ladderMermaid(ladder())).toBe(
      [
        'sequenceDiagram',
        '  participant P0 as Dana Reyes +14155550142',
        '  participant P1 as trunk',
        '  participant P2 as Console',
        '  P0->>P1: INVITE (sdp)',
        '  P1->>P2: INVITE (sdp)',
        '  P1->>P2: INVITE (sdp) (retransmission)',
        '  P2--xP1: 486 Busy Here',
        '',
      ].join('\n'),
    );
  });

  it.each([
    ['Ana; drop', 'Ana#59; drop'],
    ['#1 <b>', '#35;1 #60;b#62;'],
    ['two\nlines', 'two#10;lines'],
    ['Weekend End', 'Weekend #69;nd'],
    ['50% 📞', '50#37; #128222;'],
    ['Jörg-Müller', 'Jörg-Müller'],
  ])('escapes %j', (label, shown) => {
    expect(ladderMermaid(ladder({ label }))).toContain(`participant P0 as ${shown} +14155550142\n`);
  });

  it('says where messages were dropped', () => {
    const gap = { ...ladder(), dropped: 2 };
    gap.messages.splice(1, 2);
    expect(ladderMermaid(gap)).toContain('\n  Note over P0,P2: 2 dropped\n');
  });
});
