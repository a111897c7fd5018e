import { describe, expect, it } from 'vitest';
import { readAnswer } from '../../src/core/twiml/answer.ts';

const finalUrl = new URL('http://127.0.0.1:9000/voice');
const answer = (contentType: string | undefined, body: string) =>
  readAnswer({ contentType, body: Buffer.from(body), finalUrl });

describe("an application's answer", () => {
  it('is TwiML', () => {
    expect(answer('text/xml; charset=utf-8', '<Response><Hangup/></Response>')).toMatchObject({
      ok: true,
      value: { verbs: [{ name: 'Hangup' }] },
    });
    expect(answer('text/html', '<html/>')).toMatchObject({ ok: false, error: { code: 12102 } });
  });

  it('is audio, which is played', () => {
    expect(answer('audio/x-wav', 'RIFF')).toMatchObject({
      value: { verbs: [{ name: 'Play', url: 'http://127.0.0.1:9000/voice', loop: 1 }] },
    });
  });

  it('is plain text, which is said', () => {
    expect(answer('Text/Plain', ' Hello <you> \n')).toMatchObject({
      value: { verbs: [{ name: 'Say', text: 'Hello <you>' }] },
    });
    expect(answer('text/plain', '')).toMatchObject({ value: { verbs: [] } });
  });
});
