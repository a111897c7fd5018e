export { startTrunk, type TrunkOptions } from './start.ts';
