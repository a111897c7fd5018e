import { describe, expect, it } from 'vitest';
import { csvCell, recordsCsv } from '../../../src/core/cdr/renderings/csv.ts';
import { record } from '../fixture.ts';

describe('records as CSV', () => {
  it('are a header line and a line each, ended by CR LF', () => {
    const lines = recordsCsv([record('a'), record('b', { answeredAt: null, findings: ['D1', 'D3'] })]).split('\r\n');
    expect(lines).toHaveLength(4);
    expect(lines[0]).toBe(
      'id,callId,sessionId,kind,direction,from,fromName,to,toName,startedAt,answeredAt,endedAt,' +
        'durationMs,result,endedBy,sipStatus,hangupCode,hangupName,hangupSource,' +
        'callerIdRule,fromCountry,toCountry,transport,referred,billable,provider,trunkDomain,findings',
    );
    expect(lines[1]).toBe(
      'a,call-a,session-a,original,inbound,+14155550142,Dana Reyes,+14155550100,Console,' +
        '1970-01-01T00:00:01.000Z,1970-01-01T00:00:02.000Z,1970-01-01T00:00:09.000Z,' +
        '7000,answered,caller,200,3000,normal_hangup,carrier,' +
        'as received,US,US,UDP,false,true,plivo,demo.zt.patchcord.test,',
    );
    expect(lines[2]).toContain(',1970-01-01T00:00:01.000Z,,1970-01-01T00:00:09.000Z,');
    expect(lines[2]).toMatch(/,D1 D3$/);
    expect(lines[3]).toBe('');
  });

  it.each([
    ['plain', 'plain'],
    ['a, b', '"a, b"'],
    ['say "yes"', '"say ""yes"""'],
    ['two\nlines', '"two\nlines"'],
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
    ['+1+cmd', "'+1+cmd"],
    ['-2+3', "'-2+3"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['\r=1', `"'\r=1"`],
  ])('keep %j from being a formula', (value, cell) => {
    expect(csvCell(value)).toBe(cell);
  });

  it('leave a number in E.164 as it is', () => {
    expect(csvCell('+14155550142')).toBe('+14155550142');
  });
});
