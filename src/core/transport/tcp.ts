import { connect } from 'node:net';
import { StreamTransport, type StreamOptions, type Wire } from './stream-transport.ts';

/** SIP over TCP, IPv4, IPv6 or both as `host` says. RFC 3261 §18. */
export class TcpTransport extends StreamTransport {
  constructor(options: StreamOptions) {
    super(wire, options);
  }
}

const wire: Wire = {
  name: 'TCP',
  accept: (socket, ready) => ready(socket),
  dial: ({ host, port }, localAddress, ready) => {
    const socket = connect({ host, port, ...(localAddress === undefined ? {} : { localAddress }) }, () =>
      ready(socket),
    );
    return socket;
  },
};
