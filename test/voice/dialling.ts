/** A caller at the stage whose application dials: what most tests of `<Dial>` begin with. */
import type { ExchangeOptions } from '../support/exchange.ts';
import { own, startStage, type Dialled, type Document, type Stage } from './stage.ts';

/** The party agent under an address of its own. */
export const ELSEWHERE = 'sip:desk@10.0.0.4';

/** Whom the stage has call. */
export const ALICE = 'alice';

/** A document that calls these and then asks `/done`. */
export const dialling = (targets: string, attributes = ''): string =>
  `<Dial action="/done" ${attributes}>${targets}</Dial>`;
export const number = (...numbers: string[]): string => numbers.map((each) => `<Number>${each}</Number>`).join('');

export interface Dialing extends Dialled {
  readonly at: Stage;
}

export async function dialed(
  voice: string,
  phones: (at: Stage) => void,
  documents: Record<string, Document> = {},
  options: ExchangeOptions = {},
): Promise<Dialing> {
  const at = await startStage(
    { '/voice': voice, '/done': '<Hangup/>', ...documents },
    { countries: ['US'], ...options },
  );
  phones(at);
  const dialled = at.dialApp('caller');
  await at.run(300);
  return { at, ...dialled };
}

/** What `action` was told. */
export const told = (at: Stage): Record<string, string> => own(at.asked.find(({ what }) => what.endsWith('/done'))!);
export const sent = (at: Stage, start: string, to = '10.0.0.4') =>
  at.network.sent.filter(({ startLine, to: { host } }) => startLine.startsWith(start) && host === to);
export const hears = (at: Stage): number => [...at.pictures.values()].at(-1)?.hears.length ?? 0;
