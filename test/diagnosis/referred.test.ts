/** Findings on REFERs that the trunk sends, because an application wants it so. */
import { expect, it } from 'vitest';
import { DOMAIN, findingsOf, referTo, type Line } from './story.ts';

const TARGET = '<sip:alice@example.com?X-AcctNumber=123456>';
const refer = (atMs: number): Line => [atMs, 'agent', '<', 'REFER sip:agent@10.0.0.9:5070', '2 REFER', referTo(TARGET)];
const answer = (atMs: number, status: string, headers: string[] = []): Line => [
  atMs,
  'agent',
  '>',
  status,
  '2 REFER',
  headers,
];
const notify = (atMs: number, number: number, status: string, state = 'active;expires=60'): Line => [
  atMs,
  'agent',
  '>',
  `NOTIFY sip:trunk@${DOMAIN}`,
  `${number} NOTIFY`,
  ['Event: refer', `Subscription-State: ${state}`, 'Content-Type: message/sipfrag;version=2.0'],
  `SIP/2.0 ${status}\r\n`,
];

it('T5: nothing is remarkable about an endpoint that follows, even if it marks every NOTIFY terminated', () => {
  const story = [refer(0), answer(2, '202 Accepted'), notify(3, 1, '100 Trying', 'terminated')];
  expect(findingsOf([...story, notify(900, 2, '200 OK', 'terminated')])).toEqual([]);
});

it('T6, D5: says who reports the failure, and where the call is', () => {
  const story = [
    refer(0),
    answer(2, '202 Accepted'),
    notify(3, 1, '100 Trying'),
    notify(812, 2, '404 Not Found', 'terminated'),
  ];
  expect(findingsOf(story)).toMatchObject([
    {
      id: 'D5',
      title: 'Transfer failed: 404 Not Found',
      text: 'Agent took the REFER and says 812 ms later that alice was not reached. The call stays with the application.',
    },
  ]);
});

it.each(['405 Method Not Allowed', '403 Forbidden', '400 Bad Request', '603 Decline'])(
  'T7: says that the endpoint refused with %s, in its words where it has any',
  (status) => {
    const warning = ['Warning: 399 agent "nobody moves me"'];
    expect(findingsOf([refer(0), answer(2, status, warning)])).toMatchObject([
      {
        id: 'refer-refused',
        title: `REFER refused with ${status}`,
        text: 'Agent says: nobody moves me. Nothing was transferred, and the call goes on.',
      },
    ]);
  },
);
