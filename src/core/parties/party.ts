/** Simulated phones: who they are and what they do. */
import type { Behaviour } from '../../nouns/directory.ts';

export interface Party {
  /** E.164. */
  readonly number: string;
  readonly name: string;
  readonly behaviour: Behaviour;
  /** Milliseconds before the behaviour shows. */
  readonly afterMs: number;
}

/** One sentence for people: what a call to this party will do. */
export function willDo({ behaviour, afterMs }: Party): string {
  const after = `${Math.round(afterMs / 100) / 10} s`;
  switch (behaviour) {
    case 'answer':
      return `Answers after ${after} and talks.`;
    case 'echo':
      return `Answers after ${after} and sends back what you say.`;
    case 'busy':
      return 'Is busy (486).';
    case 'no-answer':
      return 'Rings and never answers.';
    case 'decline':
      return `Declines after ${after} (603).`;
    case 'unknown':
      return 'Does not exist (404).';
    case 'answer-then-hang-up':
      return `Answers after ${after}, says goodbye and hangs up.`;
    case 'hang-up-while-ringing':
      return `Rings, then goes away after ${after} (480).`;
    case 'transfer-on':
      return `Answers after ${after} and transfers the call on.`;
    case 'press-keys':
      return `Answers after ${after} and presses 1 2 3 #.`;
    default:
      return behaviour satisfies never;
  }
}
