/** Seam between call control and media: for any state of any legs the plan says who hears whom, and nobody else is heard. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { audioPlan } from '../../src/core/b2bua/audio-plan.ts';
import { Conversation } from '../../src/core/b2bua/conversation.ts';
import { Leg } from '../../src/core/b2bua/leg.ts';
import { isSound } from '../../src/core/media/plan.ts';
import type { Direction } from '../../src/core/sdp/direction.ts';
import type { LegRole, LegState } from '../../src/nouns/call.ts';
import { FakeMediaSession } from '../support/fake-media.ts';

interface Made {
  state?: LegState;
  direction?: Direction;
  role?: LegRole;
  orphan?: boolean;
}

function leg(id: string, { state = 'answered', direction = 'sendrecv', role = 'target', orphan = false }: Made = {}) {
  const made = new Leg({ id, role, identity: { number: id, name: '' }, direction: 'out', startedAt: 0 });
  const media = new FakeMediaSession('rtp');
  media.remoteDirection = direction;
  return Object.assign(made, { state, media, ...(orphan ? { orphan: { since: 0, until: 1 } } : {}) });
}

const planOf = (...legs: Leg[]) => {
  const conversation = new Conversation();
  conversation.talk(...legs);
  return Object.fromEntries(audioPlan(conversation));
};

const anyLeg = fc.record({
  state: fc.constantFrom<LegState>('trying', 'ringing', 'early', 'answered', 'answered', 'ended'),
  direction: fc.constantFrom<Direction>('sendrecv', 'sendrecv', 'sendonly', 'recvonly', 'inactive'),
  role: fc.constantFrom<LegRole>('caller', 'endpoint', 'console', 'target'),
  orphan: fc.boolean(),
});

describe('who hears whom', () => {
  it('of three who talk each hears the two others', () => {
    expect(planOf(leg('a'), leg('b'), leg('c'))).toEqual({ a: ['b', 'c'], b: ['a', 'c'], c: ['a', 'b'] });
  });

  it('among three nobody hears the music of one who holds, until both others hold', () => {
    const holding = leg('c', { direction: 'sendonly' });
    expect(planOf(leg('a'), leg('b'), holding)).toEqual({ a: ['b'], b: ['a'] });
    expect(planOf(leg('a'), leg('b', { direction: 'sendonly', role: 'console' }), holding)).toEqual({ a: ['c'] });
    const mute = leg('c', { direction: 'inactive' });
    expect(planOf(leg('a'), leg('b', { direction: 'sendonly', role: 'console' }), mute)).toEqual({ a: ['hold-music'] });
  });

  it('W6: among three nobody hears one whose console is gone, and it hears nobody', () => {
    expect(planOf(leg('a'), leg('b'), leg('c', { orphan: true }))).toEqual({ a: ['b'], b: ['a'] });
  });

  it('holds for any one to nine legs in any state', () => {
    fc.assert(
      fc.property(fc.array(anyLeg, { minLength: 1, maxLength: 9 }), (made) => {
        const legs = made.map((each, at) => leg(`leg-${at}`, each));
        const conversation = new Conversation();
        conversation.talk(...legs);
        const plan = audioPlan(conversation);
        const there = legs.filter(({ speaks, held, orphan }) => speaks && !held && !orphan).map(({ id }) => id);
        const absent = legs.filter(({ id, speaks }) => speaks && !there.includes(id)).map(({ id }) => id);
        // Exactly those who are there listen, as soon as there is anybody else.
        const others = there.length + absent.length > 1;
        expect([...plan.keys()]).toEqual(others ? there : []);
        for (const [listener, speakers] of plan) {
          expect(speakers).not.toContain(listener);
          expect(new Set(speakers).size).toBe(speakers.length);
          const company = there.filter((id) => id !== listener);
          if (company.length > 0) expect(speakers).toEqual(company);
          // Nobody else is there: one music, and no more.
          else expect(speakers.map((speaker) => isSound(speaker) || absent.includes(speaker))).toEqual([true]);
        }
      }),
    );
  });

  it('P23: whoever waits hears one thing, and only while it listens', () => {
    fc.assert(
      fc.property(anyLeg, fc.array(anyLeg, { minLength: 1, maxLength: 4 }), (waits, rings) => {
        const waiting = leg('w', waits);
        const rung = rings.map((each, at) => ({ leg: leg(`r${at}`, { ...each, state: each.state }), waiting }));
        const heard = audioPlan({ talkers: [waiting], rung }).get('w');
        const early = rung.filter((each) => each.leg.state === 'early').map((each) => each.leg.id);
        const ringing = rung.some((each) => each.leg.state === 'ringing');
        const listens = waiting.speaks && !waiting.held && !waiting.orphan;
        const expected = early.length > 0 ? [early.at(-1)] : ringing ? ['ring-back'] : undefined;
        expect(heard).toEqual(listens ? expected : undefined);
      }),
    );
  });
});
