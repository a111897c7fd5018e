import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseConfig, parseConfigText, type Config } from '../../src/core/config/config.ts';
import { parsesAs, updated } from '../../src/core/config/update.ts';

function config(json: unknown): Config {
  const parsed = parseConfig(json);
  if (!parsed.ok) throw new Error(parsed.error.join('\n'));
  return parsed.value;
}

function update(text: string, change: (config: Config) => Config): string {
  const read = parseConfigText(text);
  if (!read.ok) throw new Error(read.error.join('\n'));
  const next = updated(text, change(read.value.config));
  if (!next.ok) throw new Error(next.error.join('\n'));
  return next.value;
}

describe('the text of a configuration file', () => {
  it('W9: keeps its order, its blanks and its lines around the value that changed', () => {
    const text = [
      '{',
      '    "$schema": "config.schema.json",',
      '    "limits":   { "ringSeconds":20,   "callsPerSecond": 7 },',
      '    "numbers": [',
      '        { "number": "+14155550100", "to": ["console"] },',
      '        { "number": "+14155550101", "to": ["sip:a@127.0.0.1:5080", "console"] }',
      '    ],',
      '    "domain": "a.example"',
      '}',
      '',
    ].join('\r\n');
    const next = update(text, (before) => ({
      ...before,
      domain: 'b.example',
      limits: { ...before.limits, ringSeconds: 45 },
      numbers: before.numbers.map((each, i) => (i === 1 ? { ...each, to: ['console'] } : each)),
    }));
    expect(next).toBe(
      text
        .replace('"ringSeconds":20', '"ringSeconds":45')
        .replace('["sip:a@127.0.0.1:5080", "console"]', '["console"]')
        .replace('a.example', 'b.example'),
    );
  });

  it('W9: gets what it left out, behind what is there, and nothing that has its default', () => {
    expect(update('{"domain": "a.example"}', (c) => ({ ...c, limits: { ...c.limits, ringSeconds: 45 } }))).toBe(
      '{"domain": "a.example", "limits": {\n  "ringSeconds": 45\n}}',
    );
    expect(update('{\n\t"domain": "a.example"\n}\n', (c) => ({ ...c, countries: ['US', 'DE'] }))).toBe(
      '{\n\t"domain": "a.example",\n\t"countries": ["US", "DE"]\n}\n',
    );
  });

  it('W9: says of the provider alone that it is another, when the numbers by default follow it', () => {
    const text = '{\n  "version": 1\n}\n';
    const twilio = config({ provider: 'twilio' });
    expect(updated(text, twilio)).toEqual({ ok: true, value: '{\n  "version": 1,\n  "provider": "twilio"\n}\n' });
  });

  it('W9: is left alone when it says the same already', () => {
    const text = '{ "domain" : "A.example" }';
    expect(update(text, (same) => ({ ...same, domain: 'a.example' }))).toBe(text);
  });

  it('W9: loses the row that is gone and no other', () => {
    const rows = ['+14155550101', '+14155550102', '+14155550103'].map(
      (n) => `    { "number": "${n}", "to": ["console"] }`,
    );
    const text = `{\n  "numbers": [\n${rows.join(',\n')}\n  ]\n}\n`;
    const without = (i: number) => update(text, (c) => ({ ...c, numbers: c.numbers.toSpliced(i, 1) }));
    for (const i of [0, 1, 2])
      expect(without(i)).toBe(`{\n  "numbers": [\n${rows.toSpliced(i, 1).join(',\n')}\n  ]\n}\n`);
    expect(update(text, (c) => ({ ...c, numbers: [] }))).toBe('{\n  "numbers": []\n}\n');
  });

  it('W9: takes optional keys away again', () => {
    const text = '{ "twilio": { "referUrl": "http://a.example/", "transferMode": "sip-only" } }';
    const { referUrl: _, ...account } = config(JSON.parse(text)).twilio;
    expect(update(text, (c) => ({ ...c, twilio: account }))).toBe('{ "twilio": { "transferMode": "sip-only" } }');
  });

  it('W9: reads as the running configuration after any change', () => {
    const number = fc.integer({ min: 1_000_000, max: 9_999_999 }).map((n) => `+1415${n}`);
    const numbers = fc.uniqueArray(
      fc.record({
        number,
        to: fc.array(fc.constantFrom('console', 'sip:a@127.0.0.1', 'sip:"b"@c.example'), {
          minLength: 1,
          maxLength: 2,
        }),
      }),
      { maxLength: 4, selector: (row) => row.number },
    );
    const parties = fc.uniqueArray(
      fc.record({
        number: fc.integer({ min: 1_000_000, max: 9_999_999 }).map((n) => `+1212${n}`),
        name: fc.string({ minLength: 1, maxLength: 8 }),
      }),
      { maxLength: 3, selector: (row) => row.number },
    );
    const json = fc.record(
      {
        provider: fc.constantFrom('plivo', 'sinch', 'twilio'),
        domain: fc.constantFrom('a.example', 'b.example'),
        numbers,
        parties,
        countries: fc.constantFrom(['US'], ['DE', 'FR'], []),
        limits: fc.record(
          { ringSeconds: fc.integer({ min: 1, max: 600 }), callsPerSecond: fc.integer({ min: 1, max: 9 }) },
          { requiredKeys: [] },
        ),
        recording: fc.record(
          { numbers: fc.uniqueArray(number, { maxLength: 2 }), trunk: fc.boolean() },
          { requiredKeys: [] },
        ),
        twilio: fc.record(
          { referUrl: fc.constantFrom('http://a.example/', 'http://b.example/"') },
          { requiredKeys: [] },
        ),
      },
      { requiredKeys: [] },
    );
    const indent = fc.constantFrom(0, 1, 2, '\t');
    fc.assert(
      fc.property(json, json, indent, (before, after, space) => {
        const live = parseConfig(after);
        const text = JSON.stringify(before, undefined, space);
        fc.pre(live.ok && parseConfigText(text).ok);
        const next = updated(text, (live as { value: Config }).value);
        expect(next).toMatchObject({ ok: true });
        const value = (next as { value: string }).value;
        expect(parsesAs(value, (live as { value: Config }).value)).toBe(true);
        if (isDeepStrictEqual(before, after)) expect(value).toBe(text);
      }),
      { numRuns: 100 },
    );
  }, 30_000);
});
