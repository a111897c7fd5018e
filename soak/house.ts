/** A house of phones: one user agent on real sockets, with all the calls that it places and answers. */
import { randomBytes } from 'node:crypto';
import { silent } from '../src/core/log/logger.ts';
import { RealClock } from '../src/core/time/real-clock.ts';
import { TransactionLayer } from '../src/core/transaction/index.ts';
import {
  TcpTransport,
  TransportLayer,
  UdpTransport,
  type Hop,
  type Transport,
  type TransportEvents,
} from '../src/core/transport/index.ts';
import { createIds } from '../src/core/ua/ids.ts';
import { UserAgent, type Invitation } from '../src/core/ua/user-agent.ts';
import { Loss } from './loss.ts';

export interface HouseOptions {
  readonly transport: 'UDP' | 'TCP';
  readonly port: number;
  readonly invited: (invitation: Invitation) => void;
}

export class House {
  readonly ua: UserAgent;
  readonly clock = new RealClock();
  readonly loss = new Loss();
  readonly #transport: TransportLayer;
  readonly #transactions: TransactionLayer;

  constructor({ transport, port, invited }: HouseOptions) {
    const at = { host: '127.0.0.1', port, clock: this.clock, log: silent };
    const socket = transport === 'UDP' ? lossy(new UdpTransport(at), this.loss) : new TcpTransport(at);
    this.#transport = new TransportLayer({ transports: [socket], clock: this.clock, log: silent });
    this.#transactions = new TransactionLayer({ transport: this.#transport, clock: this.clock, log: silent });
    this.ua = new UserAgent({
      transactions: this.#transactions,
      transport: this.#transport,
      clock: this.clock,
      log: silent,
      ids: createIds((bytes) => randomBytes(bytes).toString('hex')),
      user: 'soak',
      product: 'Patchcord soak',
      invited,
    });
  }

  start(): Promise<void> {
    return this.#transport.start();
  }

  /** Where the trunk is, for this house. */
  hopTo(port: number): Hop {
    return { transport: 'UDP', host: '127.0.0.1', port };
  }

  async close(): Promise<void> {
    this.ua.close();
    this.#transactions.close();
    await this.#transport.close();
  }
}

/** Datagrams get lost in both directions while the loss is switched on. */
function lossy(inner: Transport, loss: Loss): Transport {
  return new Proxy(inner, {
    get(target, name) {
      if (name === 'send') {
        return (...args: Parameters<Transport['send']>) => (loss.loses() ? undefined : target.send(...args));
      }
      if (name === 'start') {
        return (events: TransportEvents) =>
          target.start({
            received: (...args) => void (loss.loses() || events.received(...args)),
            broken: (_refusal, _from, close) => close(),
            closed: (flow) => events.closed(flow),
            failed: (...args) => events.failed(...args),
          });
      }
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
