import { describe, expect, it } from 'vitest';
import { algorithmNamed, algorithms, digestResponse, passwordHash } from '../../src/core/ua/digest.ts';

describe('the arithmetic of digest authentication', () => {
  // RFC 7616 §3.9.1.
  const realm = 'http-auth@example.org';
  const input = {
    method: 'GET',
    uri: '/dir/index.html',
    nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
    counted: { nc: '00000001', cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ' },
  };

  it.each([
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ] as const)('gives the response of the example for %s', (algorithm, response) => {
    const secret = passwordHash(algorithm, 'Mufasa', realm, 'Circle of Life');
    expect(digestResponse(algorithm, secret, input)).toBe(response);
  });

  it('gives the response of RFC 2069 when nothing is counted', () => {
    // RFC 2069 §2.4 with the correction of its erratum 749.
    const secret = passwordHash('MD5', 'Mufasa', 'testrealm@host.com', 'CircleOfLife');
    const old = { ...input, nonce: 'dcd98b7102dd2f0e8b11d0f600bfb0c093', counted: undefined };
    expect(digestResponse('MD5', secret, old)).toBe('1949323746fe6a43ef61f9606e7febea');
  });

  it('knows SHA-512-256, and lists the strongest algorithm first', () => {
    expect(algorithms).toEqual(['SHA-512-256', 'SHA-256', 'MD5']);
  });

  it('takes MD5 when no algorithm is named, any letter case, and nothing it cannot compute', () => {
    expect(algorithmNamed()).toBe('MD5');
    expect(algorithmNamed('sha-256')).toBe('SHA-256');
    expect(algorithmNamed('SHA-256-sess')).toBeUndefined();
    expect(algorithmNamed('AKAv1-MD5')).toBeUndefined();
    expect(algorithmNamed('__proto__')).toBeUndefined();
  });
});
