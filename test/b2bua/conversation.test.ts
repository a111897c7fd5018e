import { describe, expect, it } from 'vitest';
import { audioPlan } from '../../src/core/b2bua/audio-plan.ts';
import { Conversation } from '../../src/core/b2bua/conversation.ts';
import { Leg } from '../../src/core/b2bua/leg.ts';
import type { LegState } from '../../src/nouns/call.ts';

function leg(id: string, state: LegState = 'answered'): Leg {
  const made = new Leg({ id, role: 'target', identity: { number: id, name: '' }, direction: 'out', startedAt: 0 });
  made.state = state;
  return made;
}

/** `listener<speaker,speaker` of each. */
const heard = (conversation: Conversation) =>
  [...audioPlan(conversation)].map(([listener, speakers]) => `${listener}<${speakers.join()}`);

describe('a conversation', () => {
  it('two who talk hear each other, and whoever talks next takes their place', () => {
    const [a, b, c] = [leg('a'), leg('b'), leg('c')];
    const conversation = new Conversation();
    conversation.talk(a, b);
    expect(heard(conversation)).toEqual(['a<b', 'b<a']);
    expect(conversation.peerOf(a)).toBe(b);
    conversation.talk(a, c);
    expect(heard(conversation)).toEqual(['a<c', 'c<a']);
    expect(conversation.partOf(b)).toBeUndefined();
  });

  it('a leg has one part at a time, and none once it is over', () => {
    const [a, b, target] = [leg('a'), leg('b'), leg('t', 'ringing')];
    const conversation = new Conversation();
    conversation.talk(a, b);
    conversation.ring(target, a);
    expect([a, b, target].map((each) => conversation.partOf(each))).toEqual(['talks', 'talks', 'rings']);
    target.state = 'answered';
    conversation.talk(a, target);
    conversation.leave(b);
    expect([a, b, target].map((each) => conversation.partOf(each))).toEqual(['talks', 'leaves', 'talks']);
    b.state = 'ended';
    expect(conversation.partOf(b)).toBeUndefined();
  });

  it('P23, W25: of several who ring for somebody, the one that sends sound is heard, else ring-back', () => {
    const [a, one, two] = [leg('a'), leg('1', 'ringing'), leg('2', 'early')];
    const conversation = new Conversation();
    conversation.talk(a);
    conversation.ring(one, a);
    expect(heard(conversation)).toEqual(['a<ring-back']);
    conversation.ring(two, a);
    expect(heard(conversation)).toEqual(['a<2']);
    two.state = 'ended';
    expect(heard(conversation)).toEqual(['a<ring-back']);
    one.state = 'ended';
    expect(heard(conversation)).toEqual([]);
  });

  it('has nine who talk at most', () => {
    const legs = Array.from({ length: 10 }, (_, i) => leg(String(i)));
    expect(() => new Conversation().talk(...legs)).toThrow('no more than 9');
  });
});
