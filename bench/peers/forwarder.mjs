/**
 * Passes datagrams on and does nothing else: what a message through this machine costs when there is no SIP in it.
 * `node forwarder.mjs LISTEN_PORT ENDPOINT_PORT`; prints `ready`.
 */
import { createSocket } from 'node:dgram';

const [listenPort, endpointPort] = process.argv.slice(2).map(Number);
const host = '127.0.0.1';

const socket = createSocket('udp4', (bytes) => socket.send(bytes, endpointPort, host));
socket.bind(listenPort, host, () => console.log('ready'));
