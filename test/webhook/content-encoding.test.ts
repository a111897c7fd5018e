import { describe, expect, it } from 'vitest';
import zlib from 'node:zlib';
import { Application, ask, makeClient, TWIML } from './web.ts';

const PACK: Record<string, (body: string) => Buffer> = {
  gzip: zlib.gzipSync,
  'x-gzip': zlib.gzipSync,
  GZip: zlib.gzipSync,
  deflate: zlib.deflateSync,
  'deflate without its wrapping': zlib.deflateRawSync,
  br: zlib.brotliCompressSync,
  zstd: zlib.zstdCompressSync,
  'identity, gzip': zlib.gzipSync,
};

/** What is made of an answer with this header and body, and what is shown of it. */
async function answered(encoding: string, body: Uint8Array | string, status = 200) {
  await using application = await Application.start((_, response) => {
    response.writeHead(status, { 'Content-Type': 'text/xml', 'Content-Encoding': encoding }).end(body);
  });
  const { client, exchanges } = makeClient();
  const result = await client.request(ask(application.url()));
  return { result, shown: exchanges[0]?.response, asked: application.asked[0] };
}

describe('an answer that is packed although nobody asked for it', () => {
  it.each(Object.entries(PACK))('as %s is unpacked', async (name, pack) => {
    const { result, shown, asked } = await answered(name.replace(/ without.*/, ''), pack(TWIML));
    expect(asked?.headers['accept-encoding']).toBe('identity');
    expect(result.ok && Buffer.from(result.value.body).toString()).toBe(TWIML);
    expect(shown).toEqual({ status: 200, contentType: 'text/xml', body: TWIML, truncated: false });
  });

  it.each(['compress', 'gzip, br', 'snappy'])('as %s is refused by the name of the header', async (encoding) => {
    const { result, shown } = await answered(encoding, zlib.gzipSync(TWIML));
    expect(result).toMatchObject({
      ok: false,
      error: {
        code: 11200,
        text: `The answer has "Content-Encoding: ${encoding}", which cannot be read here; the request asked for "identity".`,
      },
    });
    expect(shown).toMatchObject({ body: '', truncated: true });
  });

  it.each([
    ['is not', TWIML],
    ['ends too soon', zlib.gzipSync(TWIML).subarray(0, -12)],
  ])('as gzip and %s is refused by the name of the header', async (_, body) => {
    const { result } = await answered('gzip', body);
    expect(result).toMatchObject({ ok: false, error: { code: 11200 } });
    expect(!result.ok && result.error.text).toMatch(/^The answer has "Content-Encoding: gzip", but its body cannot be/);
  });

  it('and is a bomb is unpacked no further than the limit', async () => {
    const { result, shown } = await answered('gzip', zlib.gzipSync(Buffer.alloc(50_000_000)));
    expect(result).toMatchObject({ ok: false, error: { code: 11750 } });
    expect(shown).toMatchObject({ body: '', truncated: true });
  });

  it('says its status when that is the trouble', async () => {
    const { result, shown } = await answered('gzip', zlib.gzipSync('<p>down</p>'), 503);
    expect(result).toMatchObject({ ok: false, error: { code: 11217 } });
    expect(shown).toMatchObject({ status: 503, body: '<p>down</p>' });
    const unreadable = await answered('compress', 'x', 503);
    expect(unreadable.result).toMatchObject({ ok: false, error: { code: 11217 } });
  });
});
