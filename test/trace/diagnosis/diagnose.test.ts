import { describe, expect, it } from 'vitest';
import { sinch } from '../../../src/core/b2bua/providers/sinch.ts';
import {
  accepted,
  answer,
  bye,
  callWith,
  DOMAIN,
  findingsOf,
  heard,
  invited,
  ladderOf,
  notify,
  OVER,
  refer,
  referTo,
  responded,
  type Line,
} from './story.ts';
import { diagnose } from '../../../src/core/trace/diagnosis/diagnose.ts';
import { BEGAN } from '../fixture.ts';

const ids = (findings: readonly { id: string }[]) => findings.map(({ id }) => id);
/** Nothing went wrong: the target answered, the trunk released the endpoint. */
const happy: Line[] = [
  refer(0),
  accepted(2),
  notify(3, 1, '100 Trying'),
  heard(4, 1),
  invited(5, ['P-Asserted-Identity: <sip:+14155550142@demo.zt.patchcord.test>']),
  responded(50, '180 Ringing'),
  notify(51, 2, '180 Ringing'),
  heard(52, 2),
  responded(900, '200 OK'),
  notify(901, 3, '200 OK', OVER),
  heard(902, 3),
  bye(903, 'agent', '<'),
];
const withSound = { transfer: { sound: { transferee: { received: 9, sent: 9 }, target: { received: 9, sent: 9 } } } };

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

describe('D1: REFER got 403', () => {
  const refused = (uri: string, headers: string[] = []) =>
    findingsOf([refer(0, referTo(uri)), answer(1, '403 Forbidden', headers)]);

  it('names the foreign domain, and a Refer-To that would be taken', () => {
    expect(refused('<sip:+14155551234@elsewhere.example>')).toEqual([
      {
        id: 'D1',
        severity: 'error',
        title: 'REFER refused with 403: foreign domain',
        text: 'Refer-To leads elsewhere than the trunk: elsewhere.example is a foreign domain (P14). The call goes on as before.',
        fix: `Refer to a number at the trunk: <sip:+14155551234@${DOMAIN}>`,
        messageSeqs: [2, 1],
      },
    ]);
  });

  it('names the private address', () => {
    const [finding] = refused('<sip:+14155551234@192.168.1.20>');
    expect(finding).toMatchObject({ id: 'D1', title: 'REFER refused with 403: private address' });
    expect(finding?.text).toContain('the host 192.168.1.20 is a private address (P15)');
  });

  it('names the country that is not enabled', () => {
    const [finding] = refused(`<sip:+442079460958@${DOMAIN}>`);
    expect(finding?.title).toBe('REFER refused with 403: country not enabled');
    expect(finding?.text).toContain(
      '+442079460958 is in United Kingdom (GB), and calls there are not enabled (P16); enabled are US.',
    );
    expect(finding?.fix).toBe('Add GB to the countries of the trunk.');
    expect(refused(`<sip:+88212345678@${DOMAIN}>`)[0]?.text).toContain(
      'belongs to no country that could be enabled (P16)',
    );
  });

  it('passes on what the trunk said where the rule is another', () => {
    const [finding] = refused(`<sip:+14155551234@${DOMAIN}>`, [
      `Warning: 399 ${DOMAIN} "there is nobody to transfer yet"`,
    ]);
    expect(finding).toMatchObject({
      id: 'D1',
      title: 'REFER refused with 403: not now',
      fix: 'Send REFER once both sides of the call have answered.',
    });
    expect(refused(`<sip:+14155551234@${DOMAIN}>`)[0]?.text).toContain('does not say why');
  });
});

describe('D2: REFER got 400', () => {
  it.each([
    ['is missing', [], 'Refer-To is missing (P13).', `<sip:+14155551234@${DOMAIN}>`],
    [
      'stands twice',
      [...referTo(), ...referTo()],
      'There are two Refer-To headers (P13).',
      `<sip:+14155551234@${DOMAIN}>`,
    ],
    [
      'has no plus sign',
      referTo(`<sip:4155551234@${DOMAIN}>`),
      'The user part 4155551234 is no E.164 number',
      `<sip:+4155551234@${DOMAIN}>`,
    ],
    ['is a tel: URI', referTo('<tel:+14155551234>'), 'Refer-To has the scheme tel:', `<sip:+14155551234@${DOMAIN}>`],
  ])('says that Refer-To %s, and shows a correct one', (_, headers, text, fix) => {
    const [finding, ...others] = findingsOf([refer(0, headers), answer(1, '400 Bad Request')]);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ id: 'D2', severity: 'error', fix: `Refer-To: ${fix}`, messageSeqs: [1, 2] });
    expect(finding?.text).toContain(text);
    if (headers.length > 0) expect(finding?.text).toContain(`It was: ${headers[0]!.replace('Refer-To: ', '')}`);
  });
});

describe('D3: the endpoint left before NOTIFY 200', () => {
  const early: Line[] = [
    refer(0),
    accepted(2),
    notify(3, 1, '100 Trying'),
    heard(4, 1),
    invited(5),
    responded(50, '180 Ringing'),
    notify(51, 2, '180 Ringing'),
    heard(52, 2),
    bye(814, 'agent', '>'),
  ];

  it('says how many milliseconds after 202 and after the last NOTIFY the BYE came, and who was dropped', () => {
    const story = [...early, bye(816, 'dana', '<')];
    expect(findingsOf(story, callWith(0))).toEqual([
      {
        id: 'D3',
        severity: 'error',
        title: 'Hung up before NOTIFY 200: the caller was dropped',
        text:
          'Agent sent BYE 812 ms after 202, 763 ms after NOTIFY 180 Ringing, before Billing had answered. NOTIFY 200 had not been sent. ' +
          'Until NOTIFY 200 the call hangs on the line of who sent the REFER, so Dana was disconnected (P9).',
        fix: 'Wait for the BYE of the trunk, or send BYE only after NOTIFY 200.',
        transferId: 'transfer',
        messageSeqs: [9, 2, 10],
      },
    ]);
  });

  it('says by how many milliseconds it was too early when the answer was on its way', () => {
    const [answered] = findingsOf([...early, responded(894, '200 OK')], callWith(0));
    expect(answered?.text).toContain('The target answered 80 ms later: the BYE was 80 ms too early.');
    const [notified] = findingsOf([...early, notify(834, 3, '200 OK', OVER)]);
    expect(notified?.text).toContain('NOTIFY 200 came 20 ms later: the BYE was 20 ms too early.');
  });

  it('is not said of a BYE after NOTIFY 200, after a failure, or after the caller has gone', () => {
    const after = [...happy.slice(0, -1), bye(950, 'agent', '>')];
    expect(ids(findingsOf(after))).toEqual([]);
    expect(
      ids(findingsOf([...early.slice(0, -1), notify(60, 3, '486 Busy Here', OVER), bye(70, 'agent', '>')])),
    ).toEqual(['D5']);
    const callerFirst = [...early.slice(0, -1), bye(700, 'dana', '>'), bye(701, 'agent', '<'), bye(702, 'agent', '>')];
    expect(ids(findingsOf(callerFirst))).toEqual([]);
  });
});

describe('D4: no NOTIFY got through', () => {
  const unanswered: Line[] = [
    refer(0),
    accepted(2),
    ...[3, 503, 1503, 3503].map((at) => notify(at, 1, '100 Trying')),
    responded(3600, '180 Ringing'),
  ];

  it('shows the address in Contact and the one from which the REFER came', () => {
    const [finding, ...others] = findingsOf(unanswered);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ id: 'D4', severity: 'error', title: 'No NOTIFY got through', messageSeqs: [3, 1] });
    expect(finding?.text).toBe(
      'Agent answered none of 4 NOTIFY messages in 3597 ms. They go to its Contact, <sip:agent@10.0.0.9:5070> (127.0.0.1:5090). ' +
        'The REFER itself came from 127.0.0.1:5090. The transfer goes on, but nobody hears how it ends.',
    );
  });

  it('waits two seconds before it says so, and one answer is enough to say nothing', () => {
    expect(findingsOf(unanswered.slice(0, 4))).toEqual([]);
    expect(ids(findingsOf(unanswered.slice(0, 4), undefined, 2100))).toEqual(['D4']);
    expect(findingsOf([...unanswered, heard(3650, 1)])).toEqual([]);
    const ended = callWith(0, { call: { state: 'ended', endedAt: BEGAN + 1000 } });
    expect(findingsOf(unanswered.slice(0, 4), ended, 60_000)).toEqual([]);
  });
});

describe('D5: the final NOTIFY is a failure', () => {
  const failing = (own: string | undefined, told: string): Line[] => [
    refer(0),
    accepted(2),
    notify(3, 1, '100 Trying'),
    heard(4, 1),
    ...(own === undefined ? [] : [invited(5), responded(1205, own)]),
    notify(1210, 2, told, OVER),
    heard(1211, 2),
  ];

  it("gives the target's own answer, and says that the caller is still there", () => {
    expect(findingsOf(failing('486 Busy Here', '486 Busy Here'), callWith(0))).toEqual([
      {
        id: 'D5',
        severity: 'warning',
        title: 'Transfer failed: 486 Busy Here',
        text: 'Billing itself answered 486 Busy Here 1205 ms after REFER. Dana is still on the line of Agent.',
        fix: 'Try again, or another target.',
        transferId: 'transfer',
        messageSeqs: [7, 6, 1],
      },
    ]);
  });

  it.each([
    ['503 Service Unavailable', '503 Service Unavailable', 'itself answered 503 Service Unavailable'],
    ['600 Busy Everywhere', '486 Busy Here', 'which the NOTIFY passes on as 486'],
    [undefined, '408 Request Timeout', 'did not answer: the ring time was over after 1210 ms'],
    [undefined, '404 Not Found', 'no INVITE was sent'],
    [undefined, '480 Temporarily Unavailable', 'was not reached; the trunk reports 480'],
    [undefined, '487 Request Terminated', 'was given up after 1210 ms'],
  ])('of a target that answered %s and a NOTIFY %s it says: %s', (own, told, text) => {
    expect(findingsOf(failing(own, told), callWith(0)).map((each) => each.text)[0]).toContain(text);
    // Without the trunk's picture the ladder has to do.
    expect(ids(findingsOf(failing(own, told)))).toEqual(['D5']);
  });

  it('says how long the caller stayed, and when it had gone before', () => {
    const after = [...failing('486 Busy Here', '486 Busy Here'), bye(5210, 'dana', '>')];
    expect(findingsOf(after)[0]?.text).toContain('Dana stayed on the line of Agent for another 4000 ms.');
    const before = [refer(0), accepted(2), bye(900, 'dana', '>'), notify(1000, 2, '487 Request Terminated', OVER)];
    expect(findingsOf(before)[0]?.text).toContain('Dana had gone before.');
  });

  it('knows a transfer that the next REFER replaced', () => {
    const story = [
      refer(0),
      accepted(2),
      notify(3, 1, '100 Trying'),
      heard(4, 1),
      refer(400, referTo(), '5 REFER'),
      notify(401, 2, '487 Request Terminated', OVER),
      heard(402, 2),
      answer(403, '202 Accepted', [], '5 REFER'),
    ];
    expect(findingsOf(story)[0]?.text).toContain('The next REFER took its place after 401 ms (P24).');
  });
});

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
