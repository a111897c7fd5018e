import { isDeepStrictEqual } from 'node:util';
import { expect, it } from 'vitest';
import { createResponse } from '../../src/core/message/index.ts';
import type { Step } from '../../src/core/transaction/machine.ts';
import { STANDARD_TIMERS, type Setup } from '../../src/core/transaction/timers.ts';
import { requestFromAlice } from './two-ends.ts';

export const UDP: Setup = { reliable: false, timers: STANDARD_TIMERS };
export const TCP: Setup = { reliable: true, timers: STANDARD_TIMERS };

const invite = requestFromAlice('INVITE', 1);
const respond = (status: number) => createResponse(invite, status, undefined, { toTag: 'bob' });
export const r100 = respond(100);
export const r180 = respond(180);
export const r200 = respond(200);
export const r200Again = respond(200);
export const r408 = respond(408);
export const r486 = respond(486);
export const ack = requestFromAlice('ACK', 1);
export const broken = new Error('the cable is cut');

/** One transition: in `state`, `input` leads to `next` with `effects`. States and inputs are named. */
export type Row<State, Effect> = readonly [state: string, input: string, next: State, effects: readonly Effect[]];

/**
 * Tries every input in every state: what the table lists must happen as listed, and all else must change nothing.
 */
export function checkTable<State extends { readonly at: string }, Input, Effect>(
  step: Step<State, Input, Effect>,
  setup: Setup,
  states: Record<string, State>,
  inputs: Record<string, Input>,
  rows: readonly Row<State, Effect>[],
): void {
  const listed = new Set(rows.map(([state, input]) => `${state} + ${input}`));
  const names = Object.keys(states).flatMap((state) => Object.keys(inputs).map((input) => `${state} + ${input}`));

  it('lists only states and inputs that exist, each pair once', () => {
    expect(listed.size).toBe(rows.length);
    expect(names).toEqual(expect.arrayContaining([...listed]));
  });
  for (const [stateName, inputName, next, effects] of rows) {
    it(`${stateName} + ${inputName} → ${next.at}`, () => {
      expect(step(states[stateName]!, inputs[inputName]!, setup)).toEqual([next, effects]);
    });
  }
  it('ignores every other input in every state', () => {
    const changes = Object.entries(states).flatMap(([stateName, state]) =>
      Object.entries(inputs)
        .filter(([inputName]) => !listed.has(`${stateName} + ${inputName}`))
        .filter(([, input]) => {
          const [next, effects] = step(state, input, setup);
          return !isDeepStrictEqual(next, state) || effects.length > 0;
        })
        .map(([inputName]) => `${stateName} + ${inputName}`),
    );
    expect(changes).toEqual([]);
  });
}
