import { expect, it } from 'vitest';
import { parseConfig } from '../../src/core/config/config.ts';
import { Directory } from '../../src/core/location/directory.ts';
import { LiveConfig } from '../../src/core/config/live-config.ts';

function directory(json: unknown): Directory {
  const config = parseConfig(json);
  if (!config.ok) throw new Error(config.error.join('\n'));
  return new Directory(new LiveConfig(config.value));
}

it('says of each number of the trunk what it leads to', () => {
  const numbers = [
    { number: '+14155550100', to: ['console'] },
    { number: '+14155550101', to: ['sip:agent:secret@127.0.0.1:5080', 'console'] },
    { number: '+14155550102', to: ['sip:agent@127.0.0.1:5080'] },
    { number: '+14155550103', twiml: 'https://app.example/voice' },
    { number: '+14155550104', twiml: 'demo' },
  ];
  const entries = directory({ provider: 'twilio', parties: [], numbers }).entries();
  expect(entries.map(({ kind, name, willDo }) => `${kind}, ${name}: ${willDo}`)).toEqual([
    'console, Console: Rings console.',
    expect.stringMatching(/^console, Console: Rings sip:agent.*@127\.0\.0\.1:5080, then console\.$/),
    'endpoint, Endpoint: Rings sip:agent@127.0.0.1:5080.',
    'application, Application: Runs its TwiML application.',
    'application, Demo application: Greets, and shows a transfer by <Refer>: press 1, 2 or 3.',
  ]);
  expect(JSON.stringify(entries)).not.toContain('secret');
});

it('names a number by whoever has it: a party, or the trunk', () => {
  const known = directory({ provider: 'twilio' });
  expect(
    ['+14155550199', '+14155550100', '+14155551234', '+19995550000'].map((number) => known.nameOf(number)),
  ).toEqual(['Demo application', 'Console', 'Billing', '']);
});
