import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvCell, recordsCsv } from '../../../src/core/cdr/renderings/csv.ts';
import { exampleLegQuality } from '../../support/fake-trunk.ts';
import { record } from '../fixture.ts';

describe('records as CSV', () => {
  it('are a header line and a line each, ended by CR LF', () => {
    const lines = recordsCsv([record('a'), record('b', { answeredAt: null, findings: ['D1', 'D3'] })]).split('\r\n');
    expect(lines).toHaveLength(4);
    expect(lines[0]).toBe(
      '\uFEFFid,callId,sessionId,kind,direction,from,fromName,to,toName,startedAt,answeredAt,endedAt,' +
        'durationMs,result,endedBy,sipStatus,hangupCode,hangupName,hangupSource,' +
        'callerIdRule,fromCountry,toCountry,transport,referred,billable,provider,trunkDomain,mos,lossPercent,jitterMs,roundTripMs,findings',
    );
    expect(lines[1]).toBe(
      'a,call-a,session-a,original,inbound,+14155550142,Dana Reyes,+14155550100,Console,' +
        '1970-01-01T00:00:01.000Z,1970-01-01T00:00:02.000Z,1970-01-01T00:00:09.000Z,' +
        '7000,answered,caller,200,3000,normal_hangup,carrier,' +
        'as received,US,US,UDP,false,true,plivo,demo.zt.patchcord.test,,,,,',
    );
    expect(lines[2]).toContain(',1970-01-01T00:00:01.000Z,,1970-01-01T00:00:09.000Z,');
    expect(lines[2]).toMatch(/,D1 D3$/);
    expect(lines[3]).toBe('');
  });

  it('M2: have the worst of all legs', () => {
    const worse = { ...exampleLegQuality, mos: 2.9, roundTripMs: undefined };
    const [, line] = recordsCsv([record('a', { quality: [exampleLegQuality, worse] })]).split('\r\n');
    expect(line).toMatch(/,2\.9,1,4\.2,38\.4,$/);
  });

  it.each([
    ['plain', 'plain'],
    ['a, b', '"a, b"'],
    ['say "yes"', '"say ""yes"""'],
    ['two\nlines', '"two\nlines"'],
    ['a; b', '"a; b"'],
    ['a\tb', '"a\tb"'],
    ['2 + 2 = 4', '2 + 2 = 4'],
    ['dana@example.test', 'dana@example.test'],
    ['', ''],
    [null, ''],
    [undefined, ''],
    [0, '0'],
    [false, 'false'],
  ])('write %j as %j', (value, cell) => {
    expect(csvCell(value)).toBe(cell);
  });

  it.each([
    ['=HYPERLINK("http://evil.example")', `"'=HYPERLINK(""http://evil.example"")"`],
    ["=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"],
    ['+1+cmd', "'+1+cmd"],
    ['-2+3', "'-2+3"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['＝1+1', "'＝1+1"],
    ['＋1+1', "'＋1+1"],
    ['－1+1', "'－1+1"],
    ['＠SUM(A1)', "'＠SUM(A1)"],
    ['﹦1+1', "'﹦1+1"],
    ['−1+1', "'−1+1"],
    ['  =1', "'  =1"],
    ['\u00A0=1', "'\u00A0=1"],
    ['\u3000＝1', "'\u3000＝1"],
    ['\u200B\u202E=1', "'\u200B\u202E=1"],
    ['\uFEFF=1', "'\uFEFF=1"],
    ['\0=1', "'\0=1"],
    ['\0cmd', "'\0cmd"],
    ['\tcmd', `"'\tcmd"`],
    ['\t=1', `"'\t'=1"`],
    ['\r=1', `"'\r'=1"`],
    // Where `;` or a tab separates cells, quotes around a cell that is not the first are no quotes.
    ['a;=1', `"a;'=1"`],
    ['a\t @SUM(A1)', `"a\t' @SUM(A1)"`],
    ['a\r\n=1', `"a\r'\n'=1"`],
  ])('keep %j from being a formula', (value, cell) => {
    expect(csvCell(value)).toBe(cell);
  });

  it('hold no formula in any cell, whatever a name is and whatever separates cells', () => {
    const part = fc.constantFrom(
      '=',
      '+',
      '-',
      '@',
      '＝',
      '＠',
      ';',
      '\t',
      '\r\n',
      ' ',
      '\u3000',
      '\u200B',
      '"',
      ',',
      '1',
      'A1',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const cell = csvCell(parts.join(''));
        if (/^\+\d+$/.test(cell)) return;
        for (const begin of cell.split(/[;\t\r\n]/)) {
          expect(begin).not.toMatch(/^"?[\s\p{C}]*[=+\-@＝＋－＠]/u);
        }
      }),
    );
  });

  it('leave a number in E.164 as it is', () => {
    expect(csvCell('+14155550142')).toBe('+14155550142');
  });
});
