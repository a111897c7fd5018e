/** `<Refer>` on real sockets: a trunk, an HTTP application, an endpoint that follows, and the phones that it is sent to. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PartyPhone } from '../../src/core/parties/phone.ts';
import type { IncomingRefer } from '../../src/core/ua/incoming-refer.ts';
import { AUDIBLE, Ear } from '../support/ear.ts';
import { dialAs, follow } from '../support/following-endpoint.ts';
import {
  startHttpApplication,
  toneFile,
  twiml,
  type Asked,
  type HttpApplication,
} from '../support/http-application.ts';
import { nextPhone, startEndpoint, startRealTrunk, type RealEndpoint, type RealTrunk } from '../support/real-trunk.ts';

const DOMAIN = 'desk.sip.patchcord.test';
/** The application's number, and the endpoint's own. */
const LINE = '+14155550101';
const OWN = '+14155550100';
const DANA = '+14155550142';
const BILLING = '+14155551234';
const NIGHT_DESK = '+14155550486';
const LAB = '+14155550408';
const NOBODY = '+14155550499';
const WAIT = { timeout: 8000, interval: 20 };
const STANDARD = ['AccountSid', 'ApiVersion', 'CallSid', 'CallStatus', 'CallerName', 'Direction', 'From', 'To'];

let real: RealTrunk;
let application: HttpApplication;
let endpoint: RealEndpoint;

beforeAll(async () => {
  application = await startHttpApplication();
  application.on('/tone.wav', { type: 'audio/wav', body: toneFile(1500, 20) });
  endpoint = await startEndpoint(440);
  real = await startRealTrunk(
    {
      provider: 'twilio',
      domain: DOMAIN,
      numbers: [
        { number: LINE, twiml: `${application.origin}/voice` },
        { number: OWN, to: ['sip:agent@127.0.0.1:9'] },
      ],
      parties: [
        { number: DANA, name: 'Dana', behaviour: 'answer' },
        { number: BILLING, name: 'Billing', behaviour: 'answer', afterMs: 200 },
        { number: NIGHT_DESK, name: 'Night desk', behaviour: 'busy' },
        { number: LAB, name: 'Lab', behaviour: 'no-answer' },
      ],
      limits: { ringSeconds: 1 },
    },
    { [BILLING]: 1000, [DANA]: 700 },
  );
});

afterAll(async () => {
  await real.close();
  await endpoint.close();
  await application.close();
});

beforeEach(() => {
  application.asked.length = 0;
  application.on('/refer', twiml('<Hangup/>'));
});

const trunkHop = () => {
  const [host = '', port] = real.trunk.addresses.udp.split(':');
  return { transport: 'UDP', host, port: Number(port) } as const;
};

/** The document that refers to a target, as an author writes it. */
const refers = (target: string, attributes = 'action="/refer"', rest = ''): string =>
  twiml(`<Refer ${attributes}><Sip>${target.replaceAll('&', '&amp;')}</Sip></Refer>${rest}`);

const dial = (referred: (refer: IncomingRefer, phone: PartyPhone) => void): Promise<PartyPhone> =>
  dialAs(endpoint, OWN, LINE, trunkHop(), referred);

/** The endpoint dials the application and follows; gives the phone of its new call, once that is up. */
async function following(): Promise<{ old: PartyPhone; next: Promise<PartyPhone> }> {
  const { promise, resolve } = Promise.withResolvers<PartyPhone>();
  const old = await dial((refer, phone) => {
    void follow(refer, phone, trunkHop()).then(resolve);
  });
  return { old, next: promise };
}

/** What `action` was told, once it was: everything but the standard parameters, which are there and no other. */
async function told(): Promise<Record<string, string>> {
  await vi.waitFor(() => expect(application.to('/refer')).toHaveLength(1), WAIT);
  const { parameters } = application.to('/refer')[0]!;
  const own = Object.entries(parameters).filter(([name]) => /^(?:Refer|Notify)/.test(name));
  expect(
    Object.keys(parameters)
      .filter((name) => !/^(?:Refer|Notify)/.test(name))
      .toSorted(),
  ).toEqual(STANDARD);
  expect(Object.values(parameters)).not.toContain('');
  return Object.fromEntries(own);
}

const over = () => vi.waitFor(() => expect(real.trunk.calls()).toEqual([]), WAIT);
const heard = async (phone: PartyPhone, hz: number): Promise<void> => {
  const ear = new Ear(phone.media!);
  await vi.waitFor(() => expect(ear.energy(hz)).toBeGreaterThan(AUDIBLE), WAIT);
  ear.stop();
};

describe('an endpoint that follows', () => {
  it('T1, T3, T4, T5, T14: it talks with the target, which sees the headers; the application is told so', async () => {
    application.on('/voice', refers(`sip:${BILLING}@${DOMAIN}?X-AcctNumber=123456&User-to-User=aa%3Bencoding%3Dhex`));
    const target = nextPhone(real.trunk.parties, ({ party }) => party.number === BILLING);
    const { old, next } = await following();
    const [phone, billing] = await Promise.all([next, target]);
    const invite = billing.session?.incoming?.request;
    expect(invite?.headers.get('X-AcctNumber')).toBe('123456');
    expect(invite?.headers.get('User-to-User')).toBe('aa;encoding=hex');
    await Promise.all([heard(phone, 1000), heard(billing, 440)]);
    expect(await told()).toEqual({
      ReferCallStatus: 'in-progress',
      ReferSipResponseCode: '202',
      NotifySipResponseCode: '200',
    });
    expect(old.over).toBe(true);
    expect(real.trunk.calls()).toHaveLength(1);
    phone.hangUp();
    await over();
  });

  it.each([
    ['T6: busy', NIGHT_DESK, 'busy', '486'],
    ['T6: nobody answers', LAB, 'no-answer', '408'],
    ['T6: unknown', NOBODY, 'failed', '404'],
  ])('%s, and T13: the call is still with the application', async (_, number, status, code) => {
    application.on('/voice', refers(`sip:${number}@${DOMAIN}`));
    application.on('/refer', twiml('<Play>/tone.wav</Play>'));
    const { old } = await following();
    expect(await told()).toEqual({
      ReferCallStatus: status,
      ReferSipResponseCode: '202',
      NotifySipResponseCode: code,
    });
    await heard(old, 1500);
    old.hangUp();
    await over();
  });

  it('T8: the caller hangs up while the target rings', async () => {
    application.on('/voice', refers(`sip:${LAB}@${DOMAIN}`));
    const { old } = await following();
    await vi.waitFor(
      () =>
        expect(real.trunk.calls().flatMap(({ id }) => real.trunk.ladder(id)?.messages ?? [])).toContainEqual(
          expect.objectContaining({ label: 'NOTIFY (180 Ringing)' }),
        ),
      WAIT,
    );
    old.hangUp();
    expect(await told()).toEqual({
      ReferCallStatus: 'canceled',
      ReferSipResponseCode: '202',
      NotifySipResponseCode: '180',
    });
    await over();
  });
});

describe('an endpoint that does not', () => {
  it('T7, T9: it refuses: no NotifySipResponseCode', async () => {
    application.on('/voice', refers('sip:alice@example.com'));
    await dial((refer) => refer.reject(405));
    expect(await told()).toEqual({ ReferCallStatus: 'failed', ReferSipResponseCode: '405' });
    await over();
  });

  it('T12: it ends the subscription without a final status', async () => {
    application.on('/voice', refers('sip:alice@example.com'));
    await dial((refer, { session }) => {
      refer.accept({});
      // A NOTIFY that ends it, by the letter and without a body.
      session?.request(
        'NOTIFY',
        [
          ['Event', 'refer'],
          ['Subscription-State', 'terminated;reason=giveup'],
        ],
        { response() {}, timeout() {}, transportError() {} },
      );
    });
    expect(await told()).toEqual({
      ReferCallStatus: 'failed',
      ReferSipResponseCode: '202',
      NotifySipResponseCode: '100',
    });
    await over();
  });

  it('T8, T12: it takes the REFER and hangs up', async () => {
    application.on('/voice', refers('sip:alice@example.com'));
    await dial((refer, phone) => {
      refer.accept({});
      phone.hangUp();
    });
    expect(await told()).toMatchObject({ ReferCallStatus: 'canceled', ReferSipResponseCode: '202' });
    await over();
  });
});

describe('the document', () => {
  const parametersOf = ({ url }: Asked) => Object.fromEntries(new URL(url, application.origin).searchParams);

  it('T2: action may be absolute and asked with GET', async () => {
    application.on(
      '/voice',
      refers('sip:alice@example.com', `action="${application.origin}/done?for=me" method="GET"`),
    );
    application.on('/done', twiml('<Hangup/>'));
    await dial((refer) => refer.reject(603));
    await over();
    const [asked] = application.to('/done');
    expect(asked?.method).toBe('GET');
    expect(parametersOf(asked!)).toMatchObject({ for: 'me', ReferCallStatus: 'failed', ReferSipResponseCode: '603' });
  });

  it('T3: what stands in it is in Refer-To to the letter', async () => {
    const target = 'sip:alice@example.com?User-to-User=123456789%3Bencoding%3Dhex&X-AcctNumber=123456';
    application.on('/voice', refers(target));
    const seen: (string | undefined)[] = [];
    await dial((refer) => {
      seen.push(refer.request.headers.get('Refer-To'));
      refer.reject(603);
    });
    await over();
    expect(seen).toEqual([`<${target}>`]);
  });

  it('T10: without action the next verb runs, and with no verb left the call ends', async () => {
    application.on('/voice', refers('sip:alice@example.com', '', '<Redirect>/last</Redirect>'));
    application.on('/last', refers('sip:bob@example.com', ''));
    const seen: (string | undefined)[] = [];
    const phone = await dial((refer) => {
      seen.push(refer.request.headers.get('Refer-To'));
      refer.reject(603);
    });
    await vi.waitFor(() => expect(phone.over).toBe(true), WAIT);
    expect(seen).toEqual(['<sip:alice@example.com>', '<sip:bob@example.com>']);
    expect(application.asked.map(({ url }) => url)).toEqual(['/voice', '/last']);
    await over();
  });

  it('T11: on a call from the telephone network it is error 13801', async () => {
    application.on('/voice', refers('sip:alice@example.com'));
    await real.trunk.dial({ from: DANA, to: LINE });
    await vi.waitFor(() => expect(application.to('/refer')).toHaveLength(1), WAIT);
    expect(application.to('/refer')[0]?.parameters['ReferCallStatus']).toBe('failed');
    expect(real.trunk.notices(1)).toMatchObject([{ code: 13801, line: 2 }]);
    await over();
  });

  it('T1: runs on a call that has been up for a while, by the API', async () => {
    application.on('/voice', twiml('<Play>/tone.wav</Play>'));
    const seen: (string | undefined)[] = [];
    await dial((refer) => {
      seen.push(refer.request.headers.get('Refer-To'));
      refer.accept({}).report(200);
    });
    const [call] = real.trunk.calls();
    const url = `${application.origin}/refer`;
    await real.trunk.runTwiml(call!.id, { xml: refers('sip:alice@example.com', `action="${url}"`) });
    expect(await told()).toEqual({
      ReferCallStatus: 'in-progress',
      ReferSipResponseCode: '202',
      NotifySipResponseCode: '200',
    });
    expect(seen).toEqual(['<sip:alice@example.com>']);
    await over();
  });
});
