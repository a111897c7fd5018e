export type { ClientTransaction, ClientUser } from './client.ts';
export { TransactionLayer } from './layer.ts';
export type { ServerTransaction } from './server.ts';
