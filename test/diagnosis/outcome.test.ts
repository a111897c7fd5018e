/** Findings about the call that a transfer made: D6, D7. */
import { describe, expect, it } from 'vitest';
import { BEGAN } from '../trace/fixture.ts';
import { accepted, callWith, DOMAIN, findingsOf, happy, invited, refer, referTo, type Line } from './story.ts';

describe('D6: no sound after the transfer', () => {
  const silent = (transferee: [number, number], target: [number, number], held = false) =>
    callWith(0, {
      legs: { dana: { codec: 'PCMU', held }, billing: { codec: 'PCMA', answeredAt: BEGAN + 900 } },
      transfer: {
        sound: {
          transferee: { received: transferee[0], sent: transferee[1] },
          target: { received: target[0], sent: target[1] },
        },
      },
    });

  it('gives the codecs of both legs and the packets in each direction', () => {
    const [finding, ...others] = findingsOf(happy, silent([210, 0], [0, 210]), 5100);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      id: 'D6',
      severity: 'error',
      title: 'No sound after the transfer',
      messageSeqs: [9, 5, 10],
    });
    expect(finding?.text).toBe(
      'In 4200 ms since the answer nothing came from Billing. ' +
        'Dana (PCMU): 210 RTP packets received, 0 sent; Billing (PCMA): 0 RTP packets received, 210 sent.',
    );
  });

  it('tells a phone that is silent from a trunk that does not pass sound on', () => {
    const text = (...counts: [[number, number], [number, number]]) =>
      findingsOf(happy, silent(...counts), 5100)[0]?.text;
    expect(text([0, 0], [0, 0])).toContain('nothing came from Dana, and nothing came from Billing');
    expect(text([210, 210], [210, 0])).toContain('nothing went on to Billing');
    expect(text([210, 0], [210, 210])).toContain('nothing went on to Dana');
  });

  it('gives everybody three seconds, and leaves those on hold alone', () => {
    expect(findingsOf(happy, silent([0, 0], [0, 0]), 3800)).toEqual([]);
    expect(findingsOf(happy, silent([0, 0], [0, 0], true), 60_000)).toEqual([]);
    expect(findingsOf(happy, silent([5, 5], [5, 5]), 60_000)).toEqual([]);
  });
});

describe('D7: the target sees an unexpected caller ID', () => {
  const shown = (number: string, referHeaders: string[] = []): Line[] => [
    refer(0, [...referTo(), ...referHeaders]),
    accepted(2),
    invited(5, [`P-Asserted-Identity: <sip:${number}@${DOMAIN}>`]),
  ];

  it('names the rule that set it, when that is not who it talks to', () => {
    const story = shown('+14155550100');
    expect(
      findingsOf(story, callWith(0, { transfer: { callerId: { number: '', name: '', rule: 'P20 outbound' } } })),
    ).toEqual([
      {
        id: 'D7',
        severity: 'info',
        title: 'Billing is shown +14155550100',
        text: 'That is not the number of whom it talks to: Dana, +14155550142. On an outbound call the target sees the trunk number that the endpoint used as its caller ID on the original leg (P20).',
        transferId: 'transfer',
        messageSeqs: [3, 1],
      },
    ]);
    const rule = (name: string) =>
      findingsOf(story, callWith(0, { transfer: { callerId: { number: '', name: '', rule: name } } }))[0]?.text;
    expect(rule('S2 trunk number')).toContain('one of its numbers (S2)');
    expect(rule('X9')).toContain('the rule X9');
  });

  it('names the rule when the REFER asks for another number', () => {
    const story = shown('+14155550142', ['P-Preferred-Identity: <sip:+14155550100@example.com>']);
    expect(findingsOf(story, callWith(0))[0]?.text).toBe(
      'The REFER asks for +14155550100 in P-Preferred-Identity, but that does not decide. On an inbound call the target sees the original caller (P20).',
    );
  });

  it('is said of a caller ID that is no number', () => {
    const [finding] = findingsOf(shown('anonymous'), callWith(0));
    expect(finding).toMatchObject({ id: 'D7', title: 'Billing is shown anonymous' });
    expect(finding?.text).toContain('anonymous is no number. On an inbound call');
  });

  it('is not said when the target sees whom it talks to, whoever refers', () => {
    for (const header of [
      'Referred-By: <sip:+14155550100@example.com>',
      'P-Asserted-Identity: <sip:14155550142@example.com>',
    ]) {
      expect(findingsOf(shown('+14155550142', [header]), callWith(0))).toEqual([]);
    }
  });
});
