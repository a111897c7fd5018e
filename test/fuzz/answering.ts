/** What a part attacks through sockets: transactions that answer every request. */
import { createResponse } from '../../src/core/message/index.ts';
import type { Clock } from '../../src/core/time/clock.ts';
import { TransactionLayer } from '../../src/core/transaction/index.ts';
import { TransportLayer, type Transport } from '../../src/core/transport/index.ts';
import { loud } from '../support/loud-logger.ts';

/** @returns what ends it */
export async function startAnswering(transports: Transport[], clock: Clock): Promise<() => Promise<void>> {
  const layer = new TransportLayer({ transports, clock, log: loud });
  const transactions = new TransactionLayer({ transport: layer, clock, log: loud });
  transactions.onRequest = (tx) => {
    const status = tx.request.method === 'INVITE' ? 486 : 200;
    tx.respond(createResponse(tx.request, status, undefined, { toTag: 't' }));
  };
  await layer.start();
  return async () => {
    transactions.close();
    await layer.close();
  };
}

/** A request as a good peer sends it, to see whether it is answered. */
export function goodOptions(id: number): string {
  return [
    'OPTIONS sip:patchcord.test SIP/2.0',
    `Via: SIP/2.0/WS desk.invalid;branch=z9hG4bKgood${id}`,
    'From: <sip:good@patchcord.test>;tag=g',
    'To: <sip:patchcord.test>',
    `Call-ID: good${id}`,
    'CSeq: 1 OPTIONS',
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
}
