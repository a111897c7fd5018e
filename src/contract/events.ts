/** What the trunk tells the console unasked. */
export { TrunkEvent as ContractEvent } from '../nouns/event.ts';
