/** Applications that answer with anything but a document, on a running trunk: real sockets, real HTTP. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startHttpApplication, twiml, type Answer, type HttpApplication } from '../support/http-application.ts';
import { startRealTrunk, type RealTrunk } from '../support/real-trunk.ts';

const CALLER = '+14155550111';
const GOOD = '+14155550190';
const TEN_MB = 10 * 1024 * 1024;
const WAIT = { timeout: 20_000, interval: 50 };

const bomb = `<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>
<Response><Say>&c;</Say></Response>`;

/** What the application answers, and what its author is told. */
const cases: readonly [what: string, answer: Answer, code: number, says: RegExp, line?: number][] = [
  ['an XML bomb', bomb, 12100, /DOCTYPE|entit/i, 2],
  ['a document nested a thousand deep', `<Response>${'<Gather>'.repeat(1000)}`, 12100, /more than 16 elements/i],
  ['a document of 10 MB', twiml(`<Say>${'a'.repeat(TEN_MB)}</Say>`), 11750, /65536 bytes/],
  ['a file of 10 MB', { body: 'x'.repeat(TEN_MB), type: 'application/octet-stream' }, 11750, /65536 bytes/],
  ['a page of HTML', { body: '<!doctype html><p>Welcome to my site', type: 'text/html' }, 12300, /text\/html/],
  ['nothing, for ever', 'silence', 11203, /3 s/],
  ['an error', { status: 500, body: 'oops', type: 'text/plain' }, 11217, /500/],
  ['a broken document', '<Response>\n<Say>Hello</Sey>\n</Response>', 12100, /close tag/, 2],
];

let application: HttpApplication;
let real: RealTrunk;
const numberOf = (i: number) => `+1415555${String(2000 + i)}`;

beforeAll(async () => {
  application = await startHttpApplication();
  const loop = cases.length;
  const paths = [...cases.map((_, i) => `/case-${i}`), '/for-ever'];
  real = await startRealTrunk({
    provider: 'twilio',
    domain: 'desk.sip.twilio.test',
    webhooks: { timeoutSeconds: 3 },
    numbers: [
      ...paths.map((path, i) => ({ number: numberOf(i), twiml: application.origin + path })),
      { number: GOOD, twiml: `${application.origin}/good` },
    ],
    parties: [{ number: CALLER, name: 'Ada', behaviour: 'answer' }],
  });
  cases.forEach(([, answer], i) => application.on(`/case-${i}`, answer));
  application.on('/for-ever', '<Response><Redirect>/for-ever</Redirect></Response>');
  application.on('/good', twiml('<Say>Good day.</Say>'));
  await Promise.all(
    [...paths, 'good'].map(async (_, i) => {
      const { callId } = await real.trunk.dial({ from: CALLER, to: i > loop ? GOOD : numberOf(i) });
      await vi.waitFor(() => expect(real.trunk.call(callId)).toBeUndefined(), WAIT);
    }),
  );
}, 30_000);

afterAll(async () => {
  await real.close();
  await application.close();
});

const recordTo = (number: string) => real.trunk.records.list({ limit: 100 }).records.find(({ to }) => to === number);
const noticesOf = (number: string) => {
  const callId = recordTo(number)?.callId;
  return real.trunk.notices().filter((notice) => notice.callId === callId && notice.severity === 'error');
};

describe('an application that answers', () => {
  it.each(cases.map(([what], i) => [what, i] as const))(
    '%s: its author is told the code, and the caller hears an apology before the end',
    (_what, i) => {
      const [, , code, says, line] = cases[i]!;
      const number = numberOf(i);
      const notices = noticesOf(number);
      expect(notices).toHaveLength(1);
      expect(notices[0]).toMatchObject({ code, ...(line === undefined ? {} : { line }) });
      expect(notices[0]?.text).toMatch(says);
      expect(notices[0]?.text.length).toBeLessThan(400);
      const record = recordTo(number);
      expect(record).toMatchObject({ result: 'answered', endedBy: 'trunk' });
      expect(record?.durationMs).toBeGreaterThan(500);
    },
  );

  it('a redirection to itself, for ever: it is stopped, and its author told', () => {
    const number = numberOf(cases.length);
    expect(noticesOf(number).map(({ code }) => code)).toEqual([11215]);
    expect(application.to('/for-ever').length).toBeLessThanOrEqual(60);
    expect(recordTo(number)).toMatchObject({ endedBy: 'trunk' });
  });

  it('leaves the trunk and the calls of others alone', () => {
    expect(noticesOf(GOOD)).toEqual([]);
    expect(recordTo(GOOD)).toMatchObject({ result: 'answered', endedBy: 'trunk' });
    expect(recordTo(GOOD)?.durationMs).toBeLessThan(recordTo(numberOf(0))!.durationMs);
    expect(real.trunk.calls()).toEqual([]);
  });
});
