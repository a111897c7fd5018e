/** The demo application as the trunk sees it: documents over HTTP. */
import twilio from 'twilio';
import { describe, expect, it } from 'vitest';
import type { DirectoryEntry } from '../../src/nouns/directory.ts';
import { parseTwiml } from '../../src/core/twiml/parse.ts';
import { startFixture, type Fixture } from './host-fixture.ts';

const TOKEN = 'hunter3';
const party: DirectoryEntry = {
  number: '+14155550142',
  name: 'Dana Reyes',
  kind: 'party',
  behaviour: 'answer',
  willDo: '',
  canCall: true,
};
const people: DirectoryEntry[] = [
  party,
  { ...party, number: '+14155551234', name: 'Billing & more', canCall: false },
  { ...party, number: '+14155550486', name: 'Night desk', behaviour: 'busy', canCall: false },
  { ...party, number: '+14155550100', name: 'Console', kind: 'console' },
];

async function demo(directory = people): Promise<Fixture> {
  const fixture = await startFixture();
  fixture.trunk.directory = () => directory;
  return fixture;
}

/** The verbs of the answer to a signed request. */
async function ask({ host, port, ...fixture }: Fixture, path: string, form: Record<string, string> = {}) {
  const answer = await fixture.ask(path, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-twilio-signature': twilio.getExpectedTwilioSignature(TOKEN, `${host.url}${path}`, form),
      host: `127.0.0.1:${port}`,
    },
    body: String(new URLSearchParams(form)),
  });
  expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/xml; charset=utf-8']);
  const document = parseTwiml(answer.text);
  if (!document.ok) throw new Error(document.error.text);
  expect(document.value.warnings).toEqual([]);
  return document.value.verbs;
}

describe('the demo application', () => {
  it('greets, and names the people to be transferred to', async () => {
    const verbs = await ask(await demo(), '/demo/voice');
    expect(verbs).toMatchObject([
      {
        name: 'Gather',
        action: 'choice',
        numDigits: 1,
        nested: [{ name: 'Say', text: expect.stringMatching(/Press 1 .*Billing & more.*Press 3 .*Night desk/) }],
      },
      { name: 'Redirect', url: 'voice?round=2' },
    ]);
  });

  it('gives up on somebody who presses nothing', async () => {
    const fixture = await demo();
    expect((await ask(fixture, '/demo/voice?round=2'))[1]).toMatchObject({ url: 'voice?round=3' });
    for (const round of ['3', '99', 'x']) {
      expect((await ask(fixture, `/demo/voice?round=${round}`))[1]).toMatchObject({ name: 'Say' });
    }
  });

  it('T1, T3: 1 is a <Refer> to somebody who answers, with header parameters', async () => {
    const [, refer] = await ask(await demo(), '/demo/choice', { Digits: '1' });
    expect(refer).toMatchObject({
      name: 'Refer',
      action: 'transferred',
      method: 'POST',
      sip:
        'sip:+14155551234@demo.zt.patchcord.test' +
        '?X-AcctNumber=123456&X-ReasonForCalling=billing&User-to-User=7072656d69756d%3Bencoding%3Dhex',
    });
  });

  it('2 is a <Dial> of the same, 3 a <Refer> to somebody who is busy, and anything else no choice', async () => {
    const fixture = await demo();
    expect((await ask(fixture, '/demo/choice', { Digits: '2' }))[1]).toMatchObject({
      name: 'Dial',
      action: 'dialed',
      targets: [{ kind: 'number', number: '+14155551234' }],
    });
    expect((await ask(fixture, '/demo/choice', { Digits: '3' }))[1]).toMatchObject({
      name: 'Refer',
      sip: expect.stringMatching(/^sip:\+14155550486@/),
    });
    expect((await ask(fixture, '/demo/choice', { Digits: '*' }))[0]).toMatchObject({ name: 'Gather' });
  });

  it.each([
    ['T5: success', { ReferCallStatus: 'in-progress', NotifySipResponseCode: '200' }, 'Say', /succeeded.*2 0 0/],
    ['T6: a busy target', { ReferCallStatus: 'busy', NotifySipResponseCode: '486' }, 'Gather', /busy, 4 8 6/],
    ['T6: silence', { ReferCallStatus: 'no-answer', NotifySipResponseCode: '408' }, 'Gather', /no answer, 4 0 8/],
    ['T6: a failure', { ReferCallStatus: 'failed', NotifySipResponseCode: '404' }, 'Gather', /reported 4 0 4/],
    ['T7: a refusal', { ReferCallStatus: 'failed', ReferSipResponseCode: '405' }, 'Gather', /answered 4 0 5/],
    ['nothing at all', {}, 'Gather', /could not be asked/],
  ])('T13: after <Refer> says what became of it, and offers another try: %s', async (_what, form, name, text) => {
    const sent = { ReferSipResponseCode: '202', ...form };
    if (!('ReferCallStatus' in form)) delete (sent as Record<string, string>)['ReferSipResponseCode'];
    const [verb] = await ask(await demo(), '/demo/transferred', sent);
    expect(verb?.name).toBe(name);
    expect(JSON.stringify(verb)).toMatch(text);
  });

  it('T8: says nothing to a caller who has left', async () => {
    const form = { ReferCallStatus: 'canceled', ReferSipResponseCode: '202', NotifySipResponseCode: '180' };
    expect(await ask(await demo(), '/demo/transferred', form)).toEqual([]);
  });

  it.each([
    ['completed', /has hung up/],
    ['busy', /not connected: busy/],
  ])('after <Dial> says that it was %s, and offers another try', async (status, text) => {
    const [verb] = await ask(await demo(), '/demo/dialed', { DialCallStatus: status });
    expect([verb?.name, JSON.stringify(verb)]).toEqual(['Gather', expect.stringMatching(text)]);
  });

  it('does without people', async () => {
    const fixture = await demo([]);
    expect(JSON.stringify(await ask(fixture, '/demo/voice'))).toContain('nobody to call');
    expect((await ask(fixture, '/demo/choice', { Digits: '1' }))[0]).toMatchObject({ name: 'Gather' });
  });

  it('refuses requests that are not signed, or signed with another token or for another path', async () => {
    const fixture = await demo();
    const signed = (path: string, token: string) => ({
      'x-twilio-signature': twilio.getExpectedTwilioSignature(token, `${fixture.host.url}${path}`, {}),
    });
    const status = async (headers: Record<string, string>) =>
      (await fixture.ask('/demo/voice?round=2', { headers })).status;
    expect(await status(signed('/demo/voice?round=2', TOKEN))).toBe(200);
    expect(await status(signed('/demo/voice', TOKEN))).toBe(403);
    expect(await status(signed('/demo/voice?round=2', 'other'))).toBe(403);
    expect(await status({ 'x-twilio-signature': '' })).toBe(403);
    expect(await status({})).toBe(403);
    fixture.trunk.config = {
      ...fixture.trunk.config,
      twilio: { ...fixture.trunk.config.twilio, authToken: undefined },
    };
    expect(await status({})).toBe(200);
  });

  it('is closed to other host names and to pages of other origins', async () => {
    const { ask: get } = await demo();
    expect((await get('/demo/voice', { headers: { host: 'evil.example' } })).status).toBe(403);
    expect((await get('/demo/voice', { headers: { origin: 'https://evil.example' } })).status).toBe(403);
  });

  it('is where the trunk is told to find it', async () => {
    let demoUrl = '';
    const starting = startFixture({
      startTrunk: async (shared) => {
        ({ demoUrl } = shared);
        throw new Error('no trunk');
      },
    });
    await expect(starting).rejects.toThrow('no trunk');
    expect(demoUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/demo\/voice$/);
  });
});
