/** M15: who hears whom, and when, measured on what arrives at each telephone: the scenarios of transfer, hold and mix. */
import { describe, it } from 'vitest';
import { plivo } from '../../src/core/b2bua/providers/plivo.ts';
import { sinch } from '../../src/core/b2bua/providers/sinch.ts';
import { twilio } from '../../src/core/b2bua/providers/twilio.ts';
import { transferCall } from '../../src/core/b2bua/transfer.ts';
import { BILLING, DOMAIN, SALES } from '../support/exchange.ts';
import { startHall } from '../support/hall.ts';

/** A number of a country that nobody may call. */
const BARRED = '+881612345678';

describe.each([
  ['plivo', plivo, false],
  ['sinch', sinch, false],
  ['twilio', twilio, true],
])('M15: under %s a blind transfer', (_, policy, leaves) => {
  it('that is answered: the caller hears ring-back, then the target', async () => {
    const hall = await startHall({ policy });
    hall.billing.listen(BILLING, { afterMs: 1500 });
    await hall.begin();
    hall.agent.refer(BILLING, leaves);
    await hall.run(3000);
    hall.expectHeard({
      caller: ['agent', 'rung: ring-back', 'answered: billing'],
      agent: ['caller', 'answered: nobody'],
      billing: ['answered: caller'],
    });
  });

  it('that fails: caller and transferor hear each other again', async () => {
    const hall = await startHall({ policy });
    hall.billing.listen(BILLING, { afterMs: 1000, status: 486 });
    await hall.begin();
    hall.agent.refer(BILLING, leaves);
    await hall.run(2500);
    hall.expectHeard({ caller: ['agent', 'rung: ring-back', 'refused: agent'], agent: ['caller'] });
  });

  it('that is rejected: nobody hears anything of it', async () => {
    const hall = await startHall({ policy });
    await hall.begin();
    hall.agent.refer(BARRED, leaves);
    await hall.run(1500);
    hall.expectHeard({ caller: ['agent'], agent: ['caller'] });
  });

  it('to a target with sound of its own: the caller hears that in place of ring-back', async () => {
    const hall = await startHall({ policy });
    hall.billing.listen(BILLING, { afterMs: 1000, early: true });
    await hall.begin();
    hall.agent.refer(BILLING, leaves);
    await hall.run(2500);
    hall.expectHeard({
      caller: ['agent', 'rung: billing'],
      agent: ['caller', 'answered: nobody'],
      billing: ['answered: caller'],
    });
  });

  it('during hold: music, ring-back, the target', async () => {
    const hall = await startHall({ policy });
    hall.billing.listen(BILLING, { afterMs: 1000 });
    await hall.begin();
    await hall.agent.hold();
    await hall.run(500);
    hall.agent.refer(BILLING, leaves);
    await hall.run(2500);
    hall.expectHeard({
      caller: ['agent', 'agent holds: hold-music', 'rung: ring-back', 'answered: billing'],
      agent: ['caller', 'agent holds: nobody'],
      billing: ['answered: caller'],
    });
  });

  it('during hold that fails: music again, until the transferor comes back', async () => {
    const hall = await startHall({ policy });
    hall.billing.listen(BILLING, { afterMs: 1000, status: 480 });
    await hall.begin();
    await hall.agent.hold();
    hall.agent.refer(BILLING, leaves);
    await hall.run(2500);
    await hall.agent.resume();
    await hall.run(1000);
    hall.expectHeard({
      caller: ['agent', 'agent holds: hold-music', 'rung: ring-back', 'refused: hold-music', 'agent resumes: agent'],
      agent: ['caller', 'agent holds: nobody', 'agent resumes: caller'],
    });
  });

  it('that the caller does not wait for: nobody hears anything afterwards', async () => {
    const hall = await startHall({ policy });
    hall.billing.listen(BILLING);
    await hall.begin();
    hall.agent.refer(BILLING, leaves);
    await hall.run(1000);
    hall.cue('gone');
    hall.caller.hangUp();
    await hall.run(1000);
    hall.expectHeard({ caller: ['agent', 'rung: ring-back', 'gone: nobody'], agent: ['caller', 'gone: nobody'] });
  });
});

describe('M15: hold', () => {
  it('of an endpoint that sends nothing: the caller hears music, and the endpoint nobody', async () => {
    const hall = await startHall();
    await hall.begin();
    await hall.agent.hold('inactive');
    await hall.run(1000);
    await hall.agent.resume();
    await hall.run(1000);
    hall.expectHeard({
      caller: ['agent', 'agent holds: hold-music', 'agent resumes: agent'],
      agent: ['caller', 'agent holds: nobody', 'agent resumes: caller'],
    });
  });

  it('of an endpoint with music of its own: the caller hears that', async () => {
    const hall = await startHall();
    await hall.begin();
    await hall.agent.hold('sendonly');
    await hall.run(1000);
    await hall.agent.resume();
    await hall.run(500);
    hall.expectHeard({ caller: ['agent'], agent: ['caller', 'agent holds: nobody', 'agent resumes: caller'] });
  });

  it('of the console: the caller hears the music of the trunk', async () => {
    const hall = await startHall({ console: true });
    await hall.begin();
    await hall.agent.hold('sendonly');
    await hall.run(1000);
    await hall.agent.resume();
    await hall.run(500);
    hall.expectHeard({
      caller: ['agent', 'agent holds: hold-music', 'agent resumes: agent'],
      agent: ['caller', 'agent holds: nobody', 'agent resumes: caller'],
    });
  });

  it('of the caller: the endpoint hears music', async () => {
    const hall = await startHall();
    await hall.begin();
    await hall.caller.hold();
    await hall.run(500);
    await hall.caller.resume();
    await hall.run(500);
    hall.expectHeard({
      caller: ['agent', 'caller holds: nobody', 'caller resumes: agent'],
      agent: ['caller', 'caller holds: hold-music', 'caller resumes: caller'],
    });
  });

  it('of both: nobody hears anything until one is back, and that one music until the other is', async () => {
    const hall = await startHall();
    await hall.begin();
    await hall.agent.hold();
    await hall.run(500);
    await hall.caller.hold();
    await hall.run(500);
    await hall.agent.resume();
    await hall.run(500);
    await hall.caller.resume();
    await hall.run(500);
    hall.expectHeard({
      caller: ['agent', 'agent holds: hold-music', 'caller holds: nobody', 'caller resumes: agent'],
      agent: ['caller', 'agent holds: nobody', 'agent resumes: hold-music', 'caller resumes: caller'],
    });
  });
});

describe('M15: a call that changes', () => {
  it('P32: two transfers of the API, one after the other', async () => {
    const hall = await startHall();
    hall.billing.listen(BILLING, { afterMs: 500 });
    hall.sales.listen(SALES, { afterMs: 500 });
    await hall.begin();
    transferCall(hall.exchange.board, hall.call, `<sip:${BILLING}@${DOMAIN}>`);
    await hall.run(1500);
    transferCall(hall.exchange.board, hall.call, `<sip:${SALES}@${DOMAIN}>`);
    await hall.run(1500);
    hall.expectHeard({
      caller: ['agent', 'ring-back', 'billing', 'rung: ring-back', 'answered: sales'],
      agent: ['caller', 'nobody'],
      billing: ['caller', 'answered: nobody'],
      sales: ['answered: caller'],
    });
  });

  it('P24: a transfer in place of one that rings: the caller hears the transferor until the second target rings', async () => {
    const hall = await startHall();
    hall.billing.listen(BILLING);
    hall.sales.listen(SALES, { afterMs: 1000 });
    await hall.begin();
    hall.agent.refer(BILLING);
    await hall.run(800);
    hall.agent.refer(SALES);
    await hall.run(2500);
    hall.expectHeard({
      caller: ['agent', 'ring-back', 'agent', 'rung: ring-back', 'answered: sales'],
      agent: ['caller', 'answered: nobody'],
      sales: ['answered: caller'],
    });
  });

  it('an endpoint with sound before it answers: the caller hears it, and it the caller', async () => {
    const hall = await startHall();
    hall.agent.listen('+14155550100', { afterMs: 800, early: true });
    await hall.begin();
    await hall.run(500);
    hall.expectHeard({ caller: ['rung: agent'], agent: ['rung: caller'] });
  });

  it('talks with one after the other, as in a consultation, and then all three with each other', async () => {
    // Under this profile the transferor stays until it leaves by itself.
    const hall = await startHall({ policy: twilio });
    hall.billing.listen(BILLING, { afterMs: 500 });
    await hall.begin();
    hall.agent.refer(BILLING);
    await hall.run(1500);
    const { call, exchange } = hall;
    const [caller, agent, billing] = call.legs;
    const talk = async (cue: string, ...legs: (typeof caller)[]) => {
      hall.cue(cue);
      call.conversation.talk(...legs.map((leg) => leg!));
      exchange.board.changed(call);
      await hall.run(1000);
    };
    await talk('consult', agent, billing);
    await talk('back', agent, caller);
    await talk('merge', caller, agent, billing);
    await talk('split', caller, billing);
    hall.expectHeard({
      caller: [
        'agent',
        'ring-back',
        'billing',
        'consult: nobody',
        'back: agent',
        'merge: agent+billing',
        'split: billing',
      ],
      agent: ['caller', 'nobody', 'consult: billing', 'back: caller', 'merge: billing+caller', 'split: nobody'],
      billing: ['caller', 'consult: agent', 'back: nobody', 'merge: agent+caller', 'split: caller'],
    });
  });
});
