import { expect, it } from 'vitest';
import { hidePassword, isPasswordHidden, withoutPassword } from '../../src/core/message/index.ts';

it.each([
  ['sip:agent:hunter2@pbx.test', 'sip:agent:***@pbx.test'],
  ['sips:agent:hunter2@pbx.test:5061;transport=tls?X-A=b%40c', 'sips:agent:***@pbx.test:5061;transport=tls?X-A=b%40c'],
  ['sip:agent:@pbx.test', 'sip:agent:***@pbx.test'],
  ['http://user:hunter2@apps.test/voice?a=b@c', 'http://user:***@apps.test/voice?a=b@c'],
])('the password of %s is hidden', (uri, hidden) => {
  expect(isPasswordHidden(uri)).toBe(false);
  expect(hidePassword(uri)).toBe(hidden);
  expect(isPasswordHidden(hidden)).toBe(true);
});

it.each([
  'console',
  'demo',
  'sip:agent@pbx.test',
  'sip:10.0.0.1:5060?To=a:b@c',
  'http://apps.test:80/',
  'sip:%',
  'http:',
])('%s has none and stays as it is', (text) => {
  expect(hidePassword(text)).toBe(text);
  expect(withoutPassword(text)).toBe(text);
  expect(isPasswordHidden(text)).toBe(false);
});

it('a password can be left out altogether', () => {
  expect(withoutPassword('sip:agent:hunter2@pbx.test;lr')).toBe('sip:agent@pbx.test;lr');
});
