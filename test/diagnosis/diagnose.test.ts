import { describe, expect, it } from 'vitest';
import { sinch } from '../../src/core/b2bua/providers/sinch.ts';
import { diagnose } from '../../src/core/diagnosis/diagnose.ts';
import { BEGAN } from '../trace/fixture.ts';
import {
  accepted,
  answer,
  bye,
  callWith,
  DOMAIN,
  findingsOf,
  happy,
  heard,
  ladderOf,
  notify,
  OVER,
  refer,
  referTo,
  withSound,
  type Line,
} from './story.ts';

it('says nothing about a transfer in which nothing is remarkable, nor about a call without one', () => {
  const answered = { legs: { billing: { answeredAt: BEGAN + 900 } }, ...withSound };
  expect(findingsOf(happy, callWith(0, answered), 60_000)).toEqual([]);
  expect(findingsOf(happy)).toEqual([]);
  expect(findingsOf([bye(0, 'dana', '>')])).toEqual([]);
});

it('does not take a REFER that only had to authenticate for a refused one', () => {
  const challenged = [refer(0, referTo(), '1 REFER'), answer(1, '401 Unauthorized', [], '1 REFER')];
  expect(findingsOf([...challenged, ...happy])).toEqual([]);
});

describe('what else a trace shows', () => {
  it('REFER refused for another reason, with the time after which to try again', () => {
    const story = [
      refer(0),
      answer(1, '503 Service Unavailable', [
        'Retry-After: 5',
        `Warning: 399 ${DOMAIN} "all 2 concurrent calls are in use"`,
      ]),
    ];
    expect(findingsOf(story)).toEqual([
      {
        id: 'refer-refused',
        severity: 'error',
        title: 'REFER refused with 503 Service Unavailable',
        text: 'The trunk says: all 2 concurrent calls are in use. Nothing was transferred, and the call goes on.',
        fix: 'Try again after 5 s.',
        messageSeqs: [2, 1],
      },
    ]);
  });

  it.each([
    ['405 Method Not Allowed', 'error', 'Let the endpoint take NOTIFY'],
    ['489 Bad Event', 'error', 'the event package `refer`'],
    ['481 Call/Transaction Does Not Exist', 'warning', 'Keep the dialog and the subscription'],
  ])('a NOTIFY that is answered %s', (status, severity, fix) => {
    const [finding] = findingsOf([refer(0), accepted(2), notify(3, 1, '100 Trying'), heard(4, 1, status)]);
    expect(finding).toMatchObject({ id: 'notify-refused', severity, messageSeqs: [4, 3] });
    expect(finding?.text).toContain(`Agent answered NOTIFY (100 Trying) with ${status}.`);
    expect(finding?.fix).toContain(fix);
  });

  it('a BYE that crosses the last NOTIFY', () => {
    const crossing = [
      ...happy.slice(0, 10),
      bye(901, 'agent', '>'),
      heard(903, 3, '481 Call/Transaction Does Not Exist'),
    ];
    expect(findingsOf(crossing).find(({ id }) => id === 'notify-refused')?.text).toContain('the two crossed');
  });

  it.each([
    ['has no body', ''],
    ['carries only 100', '100 Trying'],
  ])('a last NOTIFY that %s', (says, line) => {
    const [finding] = findingsOf([refer(0), accepted(2), notify(3, 1, line, OVER), heard(4, 1)]);
    expect(finding).toMatchObject({ id: 'notify-without-result', severity: 'warning', messageSeqs: [3] });
    expect(finding?.text).toContain(says);
  });

  it('no fault in reports that are all marked as the last, as long as a result comes', () => {
    const story = [
      refer(0),
      accepted(2),
      notify(3, 1, '100 Trying', OVER),
      heard(4, 1),
      notify(9, 2, '200 OK', OVER),
      heard(10, 2),
    ];
    expect(findingsOf(story)).toEqual([]);
  });

  it('a sipfrag that is none', () => {
    const garbled: Line = [
      3,
      'agent',
      '<',
      'NOTIFY sip:agent@10.0.0.9',
      '1 NOTIFY',
      ['Event: refer', 'Subscription-State: active', 'Content-Type: message/sipfrag'],
      'HTTP/1.1 200 OK\r\n',
    ];
    const [finding] = findingsOf([refer(0), accepted(2), garbled, heard(4, 1)]);
    expect(finding).toMatchObject({ id: 'sipfrag-malformed', severity: 'warning', messageSeqs: [3] });
    expect(finding?.text).toContain('“HTTP/1.1 200 OK”');
    const plain: Line = [
      ...garbled.slice(0, 5),
      ['Event: refer', 'Subscription-State: active', 'Content-Type: text/plain'],
      'SIP/2.0 180 Ringing\r\n',
    ] as unknown as Line;
    expect(findingsOf([refer(0), accepted(2), plain, heard(4, 1)])[0]?.text).toContain(
      'its Content-Type is text/plain',
    );
    const longer: Line = [...garbled.slice(0, 6), 'SIP/2.0 180 Ringing\r\nContact: <sip:x@y>\r\n'] as unknown as Line;
    expect(findingsOf([refer(0), accepted(2), longer, heard(4, 1)])).toEqual([]);
  });

  it('BYE from both sides after NOTIFY 200', () => {
    const [finding] = findingsOf([...happy, bye(910, 'agent', '>')]);
    expect(finding).toMatchObject({ id: 'bye-from-both', severity: 'info', messageSeqs: [12, 13] });
    expect(finding?.text).toContain('the trunk sent BYE, and 7 ms later Agent did');
  });

  it('BYE from nobody', () => {
    const call = callWith(0, { legs: { billing: { answeredAt: BEGAN + 900 } }, ...withSound });
    expect(findingsOf(happy.slice(0, -1), call, 5000)).toEqual([]);
    const [finding] = findingsOf(happy.slice(0, -1), call, 20_901, { profile: { ...sinch, releases: 'transferor' } });
    expect(finding).toMatchObject({ id: 'bye-from-nobody', severity: 'warning', messageSeqs: [10] });
    expect(finding?.text).toContain('20.0 s after NOTIFY 200 the leg of Agent is still up');
    expect(finding?.fix).toContain('the endpoint sends BYE');
  });

  it('Refer-Sub: false, which hides progress', () => {
    const hidden = refer(0, [...referTo(), 'Refer-Sub: false']);
    expect(findingsOf([hidden, accepted(2)])[0]).toMatchObject({
      id: 'refer-sub-false',
      severity: 'info',
      fix: expect.stringContaining('Leave Refer-Sub out'),
    });
    expect(findingsOf([hidden, accepted(2), notify(3, 1, '100 Trying'), heard(4, 1)])[0]?.text).toContain(
      'reports all the same',
    );
  });
});

it('keeps two transfers of one call apart by the id in Event', () => {
  const story = [
    refer(0),
    accepted(2),
    notify(3, 1, '486 Busy Here', OVER),
    heard(4, 1),
    refer(5000, referTo('<sip:+14155550408@elsewhere.example>'), '3 REFER'),
    answer(5001, '403 Forbidden', [], '3 REFER'),
  ];
  expect(findingsOf(story, callWith(0)).map(({ id, transferId }) => [id, transferId])).toEqual([
    ['D5', 'transfer'],
    ['D1', undefined],
  ]);
});

it('reads messages whose bodies redaction has shortened, and shrugs at what nobody can read', () => {
  const ladder = ladderOf([refer(0, referTo(`<sip:+442079460958@${DOMAIN}>`)), answer(1, '403 Forbidden')]);
  const facts = {
    call: undefined,
    profile: sinch,
    account: {
      domain: DOMAIN,
      numbers: [],
      countries: ['US'],
      capacity: { legs: 0, concurrentCalls: 1, callsPerSecond: 1, waitMs: 0 },
    },
    at: BEGAN,
  };
  const [request, response] = ladder.messages;
  const shortened = {
    ...request!,
    text: request!.text.replace('Content-Length: 0', 'Content-Length: 40').concat('v=0'),
  };
  expect(diagnose({ ...ladder, messages: [shortened, response!] }, facts)[0]?.title).toContain('country not enabled');
  const garbage = { ...request!, text: '\0\0' };
  expect(diagnose({ ...ladder, messages: [garbage, response!] }, facts)).toEqual([]);
});
