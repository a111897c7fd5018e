export { TransportLayer, type Traced } from './layer.ts';
export { Overload } from './overload.ts';
export { AddressInUse, formatAddress } from './transport.ts';
export type { Address, Arrival, Hop, Transport, TransportEvents, TransportName } from './transport.ts';
export { TcpTransport } from './tcp.ts';
export { CertificateUnusable, ownIdentity, readIdentity, type TlsIdentity } from './certificate.ts';
export { TlsTransport } from './tls.ts';
export { UdpTransport } from './udp.ts';
export { WebSocketTransport } from './websocket.ts';
