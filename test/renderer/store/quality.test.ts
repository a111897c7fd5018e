import { describe, expect, it } from 'vitest';
import { figuresText, gradeOf, reduceQuality, warningText, worstMos } from '../../../src/renderer/store/quality.ts';
import { exampleCall, exampleLegQuality } from '../../support/fake-trunk.ts';

describe('O8: the quality of a line', () => {
  it('O8: is the newest that the trunk told, until the call is over', () => {
    const told = reduceQuality(
      { qualities: { old: [] } },
      { type: 'qualityChanged', calls: [{ callId: exampleCall.id, legs: [exampleLegQuality] }] },
    );
    expect(told).toEqual({ qualities: { [exampleCall.id]: [exampleLegQuality] } });
    const over = { type: 'callChanged', call: { ...exampleCall, state: 'ended' } } as const;
    expect(reduceQuality({ qualities: told!.qualities! }, over)).toEqual({ qualities: {} });
    expect(reduceQuality({ qualities: {} }, over)).toBeUndefined();
  });

  it('O8: is said in words', () => {
    expect(figuresText(exampleLegQuality)).toBe(
      'lost 1.0 % in, 0.0 % out · jitter 4 ms in, 1 ms out · there and back 38 ms · score 4.3',
    );
    expect(warningText('loss', 'network-in', 'Dana')).toBe('Over 3 % of the sound is lost, on the network from Dana');
    expect(warningText('jitter', 'trunk', 'Dana')).toMatch(/, in the trunk itself$/);
    expect([4.4, 3.6, 3.2, 1.5].map(gradeOf)).toEqual(['good', 'fair', 'poor', 'bad']);
    expect(worstMos([exampleLegQuality, { ...exampleLegQuality, mos: 2 }])).toBe(2);
    expect(worstMos([])).toBeUndefined();
  });
});
