/** Findings about what came between 202 and the final NOTIFY: D3, D4, D5. */
import { describe, expect, it } from 'vitest';
import { BEGAN } from '../trace/fixture.ts';
import {
  accepted,
  answer,
  bye,
  callWith,
  findingsOf,
  happy,
  heard,
  ids,
  invited,
  notify,
  OVER,
  refer,
  referTo,
  responded,
  type Line,
} from './story.ts';

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
