/** Findings about a REFER that was not taken: D1, D2. */
import { describe, expect, it } from 'vitest';
import { answer, DOMAIN, findingsOf, refer, referTo } from './story.ts';

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
