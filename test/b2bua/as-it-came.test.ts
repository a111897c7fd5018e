/** Numbers are read whatever surrounds them; what is not ours to read goes on as it came. */
import { beforeEach, describe, expect, it } from 'vitest';
import { BILLING, DOMAIN, LINE, ringing } from '../support/exchange.ts';
import { startScene, type Scene } from '../support/scene.ts';
import { WireCaller, type Words } from '../support/wire-caller.ts';

let scene: Scene;
let caller: WireCaller;

beforeEach(async () => {
  scene = await startScene();
  caller = await WireCaller.start(scene);
});

/** Number and name of the caller, and country of its record. */
async function callerOf(words: Words): Promise<string> {
  await caller.invite(words);
  const [record] = scene.records;
  if (!record) return `refused ${caller.answer()?.status}`;
  return [record.from.number, record.from.name, record.fromCountry].join(' ');
}

describe('the caller', () => {
  it.each<[string, Words, string]>([
    [
      'two identities in one field',
      { fields: [['P-Asserted-Identity', '"Ann, B" <sip:+14155550142@h>,<tel:+14155550142>']] },
      '+14155550142 Ann, B US',
    ],
    [
      'an identity with a name, and the number in the other one',
      { fields: [['P-Asserted-Identity', '"Ann" <sip:ann@h>,<tel:+1-415-555-0142>']] },
      '+14155550142 Ann US',
    ],
    [
      'two identities in two fields',
      {
        fields: [
          ['P-Asserted-Identity', '<sip:ann@h>'],
          ['P-Asserted-Identity', '"Ann" <tel:+14155550142>'],
        ],
      },
      '+14155550142 Ann US',
    ],
    [
      'an identity that cannot be read beside one that can',
      { fields: [['P-Asserted-Identity', '<sip:@>, <tel:+14155550142>']] },
      '+14155550142  US',
    ],
    ['parameters in the user part', { from: '<sip:+14155550142;cpc=ordinary@h;user=phone>' }, '+14155550142  US'],
    ['no plus sign', { from: '"Ann" <sip:14155550142@h>' }, '+14155550142 Ann US'],
    ['separators', { from: '<sip:+1-415-555-0142@h>' }, '+14155550142  US'],
    ['a tel URI', { from: '<tel:4155550142;phone-context=+1>' }, '+14155550142  US'],
    ['an extension', { from: '<sip:1001@h>' }, '1001  '],
    ['a name', { from: '<sip:ann;x=1@h>' }, 'ann;x=1  '],
  ])('W14: is read from %s', async (_, words, shown) => {
    expect(await callerOf(words)).toBe(shown);
  });

  it('W14: is shown to the endpoint as the number alone', async () => {
    await caller.invite({ from: '<sip:+1-415-555-0142;cpc=ordinary@h;user=phone>' });
    const invite = scene.network.sent.findLast(({ startLine }) => startLine.startsWith(`INVITE sip:${LINE}@10.0.0.3`));
    expect(invite?.text).toContain(`From: <sip:+14155550142@${DOMAIN}>;tag=`);
    expect(invite?.text).toContain(`P-Asserted-Identity: <sip:+14155550142@${DOMAIN}>\r\n`);
  });
});

it.each([`sip:${LINE};npdi;rn=+14155550000@${DOMAIN}`, `sip:+1-415-555-0100@${DOMAIN}`, `tel:+1(415)555-0100`])(
  'W14: %s is the number that it holds',
  async (uri) => {
    await caller.invite({ uri });
    await scene.run(200);
    expect(caller.answer()?.status).toBe(200);
    expect(scene.records[0]?.to.number).toBe(LINE);
  },
);

it.each(['sip:%2B14155550199@10.0.0.9:5060', 'sip:a%3Bb@10.0.0.9:5060;x=%41', 'sip:%61nn@10.0.0.9:5060;Ob'])(
  'W14: the Contact %s is asked as it came',
  async (contact) => {
    await caller.invite({ contact: `<${contact}>` });
    await scene.run(200);
    await caller.acknowledge();
    scene.agent.session?.hangUp();
    await scene.run(100);
    expect(scene.network.count(`BYE ${contact} SIP/2.0`)).toBeGreaterThan(0);
    const bye = caller.wire.of('BYE')[0];
    if (bye) caller.wire.respond(bye, 200);
    await scene.run(100);
  },
);

it('W14: a REFER to a number with parameters rings the number', async () => {
  const billing = ringing(scene.clock, 100);
  scene.phones.set(BILLING, billing.phone);
  const { endpoint } = await scene.inbound();
  const statuses: number[] = [];
  endpoint.refer(`<sip:${BILLING};npdi;rn=+14155550000@${DOMAIN}>`, [], {
    refused: (status) => statuses.push(status),
    notified: ({ status }) => statuses.push(status),
  });
  await scene.run(1000);
  expect(statuses).toEqual([100, 180, 200]);
  expect(scene.records.at(-1)?.to.number).toBe(BILLING);
});
