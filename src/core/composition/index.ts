export { startTrunk } from './start.ts';
