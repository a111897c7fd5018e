import { expect, it } from 'vitest';
import { credentialsAt } from '../../src/core/ua/credentials-at.ts';

const own = { username: 'dana', password: 'correct-horse' };

it('W16: the first realm that asks has the credentials, and no other', () => {
  const credentialsFor = credentialsAt('192.0.2.7', own);
  expect(credentialsFor('guarded.test')).toBe(own);
  expect(credentialsFor('elsewhere.test')).toBeUndefined();
  expect(credentialsFor('guarded.test')).toBe(own);
});

it.each([
  ['pbx.example.com', 'pbx.example.com'],
  ['pbx.example.com', 'example.com'],
  ['example.com', 'sip.example.com'],
  ['edge.example.com', 'PBX.example.com'],
  ['pbx.example.com', 'asterisk'],
  ['pbx.example.com', 'My PBX'],
  ['localhost', 'guarded.test'],
])('W16: credentials for %s answer the realm %s', (host, realm) => {
  expect(credentialsAt(host, own)(realm)).toBe(own);
});

it.each([
  ['pbx.example.com', 'elsewhere.test'],
  ['pbx.example.com', 'example.com.elsewhere.test'],
  ['example.com', 'elsewhere.com'],
  ['pbx.example.com', 'badexample.com'],
])('W16: credentials for %s are not for the realm %s', (host, realm) => {
  const credentialsFor = credentialsAt(host, own);
  expect(credentialsFor(realm)).toBeUndefined();
  expect(credentialsFor(host)).toBe(own);
});
