/** A caller that writes its INVITE word by word, at a switchboard in virtual time. */
import { createRequest, type SipRequest, type SipResponse } from '../../src/core/message/index.ts';
import { CALLER, DOMAIN, LINE, type Exchange } from './exchange.ts';
import { Wire } from './wire.ts';

type Fields = [name: string, value: string][];

export interface Words {
  readonly uri?: string;
  /** From, without its tag. */
  readonly from?: string;
  readonly to?: string;
  readonly contact?: string;
  readonly fields?: Fields;
  readonly body?: string;
  readonly type?: string;
}

export class WireCaller {
  readonly wire: Wire;
  readonly #exchange: Exchange;
  #invite: SipRequest | undefined;
  #seq = 1;

  static async start(exchange: Exchange, host = '10.0.0.9'): Promise<WireCaller> {
    return new WireCaller(await Wire.start(exchange.network, host), exchange);
  }

  constructor(wire: Wire, exchange: Exchange) {
    this.wire = wire;
    this.#exchange = exchange;
  }

  /** Sends an INVITE and lets 50 ms pass. */
  async invite(words: Words = {}): Promise<void> {
    const { uri = `sip:${LINE}@${DOMAIN}`, from = `<sip:${CALLER}@${DOMAIN}>`, contact = this.wire.contact } = words;
    const { to = `<${uri}>`, fields = [], body = 'sendrecv', type = 'application/sdp' } = words;
    this.#invite = this.wire.request(
      'INVITE',
      this.#exchange.trunk.hop,
      [
        ['From', `${from};tag=wire`],
        ['To', to],
        ['Call-ID', `wire-${this.wire.hop.host}`],
        ['CSeq', `${this.#seq} INVITE`],
        ['Contact', contact],
        ...(body === '' ? [] : ([['Content-Type', type]] satisfies Fields)),
        ...fields,
      ],
      body,
      uri,
    );
    await this.#exchange.run(50);
  }

  /** The last response to a method, 100 left out. */
  answer(method = 'INVITE'): SipResponse | undefined {
    return this.wire.responses.findLast(({ status, head }) => head.cseq.method === method && status !== 100);
  }

  /** Gives the INVITE up, and lets 50 ms pass. */
  async cancel(): Promise<void> {
    const invite = this.#invite;
    if (!invite) throw new Error('there is no INVITE yet');
    const fields = ['Via', 'From', 'To', 'Call-ID'].map((name): [string, string] => [
      name,
      invite.headers.get(name) ?? '',
    ]);
    const cancel = createRequest({
      method: 'CANCEL',
      uri: invite.uri,
      headers: [...fields, ['CSeq', `${this.#seq} CANCEL`]],
    });
    this.wire.send(cancel, this.#exchange.trunk.hop);
    await this.#exchange.run(50);
  }

  /** ACK of the last 2xx. */
  async acknowledge(): Promise<void> {
    await this.send('ACK', [], '', this.#seq);
  }

  /** A request inside the dialog, and 50 ms for its answer. */
  async send(method: string, fields: Fields = [], body = '', seq?: number): Promise<void> {
    const invite = this.#invite;
    const to = this.wire.responses.findLast(({ head }) => head.cseq.method === 'INVITE' && head.toTag !== undefined);
    if (!invite || !to) throw new Error('there is no dialog yet');
    if (seq === undefined) this.#seq += 1;
    this.wire.request(
      method,
      this.#exchange.trunk.hop,
      [
        ['From', invite.headers.get('From') ?? ''],
        ['To', to.headers.get('To') ?? ''],
        ['Call-ID', invite.head.callId],
        ['CSeq', `${seq ?? this.#seq} ${method}`],
        ['Contact', this.wire.contact],
        ...fields,
      ],
      body,
      `sip:trunk@${this.#exchange.trunk.hop.host}`,
    );
    await this.#exchange.run(50);
  }
}
