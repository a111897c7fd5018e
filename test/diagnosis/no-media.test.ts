/** Findings about legs without sound: D6, W28. */
import { describe, expect, it } from 'vitest';
import type { LegView } from '../../src/nouns/call.ts';
import { BEGAN } from '../trace/fixture.ts';
import { accepted, callWith, findingsOf, happy, invited, refer, responded, type Line } from './story.ts';

const answered: Line[] = [invited(0), responded(40, '180 Ringing'), responded(900, '200 OK')];
const up = { answeredAt: BEGAN + 900, codec: 'PCMU' };

/** A call of two without a transfer, in which Billing has no sound. */
const call = (media: LegView['media'], change: Partial<LegView> = {}) => {
  const whole = callWith(0, {
    legs: {
      dana: { ...up, rtp: { received: 150, sent: 2 }, media: { state: 'connected' } },
      billing: { ...up, rtp: { received: 0, sent: 150 }, ...(media ? { media } : {}), ...change },
    },
  });
  return { ...whole, legs: whole.legs.filter(({ id }) => id !== 'agent'), transfers: [] };
};

describe('no sound on a leg', () => {
  it.each([
    ['no-packets', 'no RTP packet has come from Billing'],
    ['no-candidates', 'the browser of Billing has named no address for its sound (no ICE candidate)'],
    ['ice-failed', 'the browser of Billing has not reached the port of the trunk (no ICE check came through)'],
    ['dtls-failed', 'the trunk and the browser of Billing have agreed on no keys (the DTLS handshake did not end)'],
    ['lost', 'the connection for the sound of Billing broke off'],
  ] as const)('W28: says which side, why, and both packet counts, without any transfer: %s', (why, words) => {
    const findings = findingsOf(answered, call({ state: 'failed', why }), 3900);
    expect(findings).toMatchObject([
      {
        id: 'D6',
        severity: 'error',
        title: 'No sound: Billing',
        text:
          `The call was answered, but ${words}. ` +
          'Billing (PCMU): 0 RTP packets received, 150 sent; Dana (PCMU): 150 RTP packets received, 2 sent.',
        messageSeqs: [3, 1],
      },
    ]);
    expect(findings[0]?.transferId).toBeUndefined();
  });

  it('W28: says nothing of a leg that connects, is connected, was never answered, or of which nothing is known', () => {
    for (const media of [undefined, { state: 'connecting' }, { state: 'connected' }] as const)
      expect(findingsOf(answered, call(media), 60_000)).toEqual([]);
    const { answeredAt: _, ...ringing } = up;
    const quiet = call({ state: 'failed', why: 'no-packets' }, ringing);
    delete quiet.legs[1]!.answeredAt;
    expect(findingsOf(answered, quiet, 60_000)).toEqual([]);
  });

  it('W28: does not say twice what is wrong with a transfer', () => {
    const silent = { state: 'failed', why: 'no-packets' } as const;
    const findings = findingsOf(
      happy,
      callWith(0, {
        legs: { dana: { codec: 'PCMU' }, billing: { ...up, media: silent } },
        transfer: { sound: { transferee: { received: 210, sent: 0 }, target: { received: 0, sent: 210 } } },
      }),
      5100,
    );
    expect(findings.map(({ id, title }) => [id, title])).toEqual([['D6', 'No sound after the transfer']]);
    const alone = findingsOf(
      [refer(0), accepted(2), ...answered],
      callWith(0, { legs: { dana: { ...up, media: silent } } }),
      400,
    );
    expect(alone.map(({ title }) => title)).toContain('No sound: Dana');
  });
});
