/** The people of a trunk that nobody has configured: callers to practise with, and a target for every behaviour. */

import type { Behaviour } from '../../nouns/directory.ts';
interface DefaultParty {
  number: string;
  name: string;
  behaviour: Behaviour;
  afterMs?: number;
  caller?: boolean;
}

// Who does not answer can be told by the number: it ends in the SIP status.
export const defaultParties: DefaultParty[] = [
  { number: '+14155550142', name: 'Dana Reyes', behaviour: 'answer', afterMs: 2000, caller: true },
  { number: '+14155550143', name: 'Omar Haddad', behaviour: 'echo', afterMs: 1000, caller: true },
  { number: '+14155550144', name: 'Mei Chen', behaviour: 'answer', afterMs: 3000, caller: true },
  {
    number: '+14155550480',
    name: 'Ivo Brandt',
    behaviour: 'hang-up-while-ringing',
    afterMs: 6000,
    caller: true,
  },
  { number: '+14155551234', name: 'Billing', behaviour: 'answer', afterMs: 1500 },
  { number: '+14155550486', name: 'Night desk', behaviour: 'busy' },
  { number: '+14155550408', name: 'Lab', behaviour: 'no-answer' },
  { number: '+14155550603', name: 'Sales', behaviour: 'decline', afterMs: 2000 },
  { number: '+14155550201', name: 'Echo test', behaviour: 'echo', afterMs: 500 },
  { number: '+14155550202', name: 'Front door', behaviour: 'answer-then-hang-up', afterMs: 1000 },
  { number: '+14155550203', name: 'Switchboard', behaviour: 'transfer-on', afterMs: 1000 },
  { number: '+14155550204', name: 'Phone menu', behaviour: 'press-keys', afterMs: 1000 },
  { number: '+14155550404', name: 'Old branch', behaviour: 'unknown' },
];

export const defaultNumbers = [{ number: '+14155550100', to: ['console'] }];

/** Leads to the application that the trunk brings along; only where TwiML runs. */
export const demoNumber = { number: '+14155550199', twiml: 'demo' };
