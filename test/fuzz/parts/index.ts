import type { Part } from '../part.ts';
import { browserOffer } from './browser-offer.ts';
import { connections } from './connections.ts';
import { http } from './http.ts';
import { nameServer } from './name-server.ts';
import { names } from './names.ts';
import { parser } from './parser.ts';
import { requests } from './requests.ts';
import { rtp } from './rtp.ts';
import { descriptions } from './sdp.ts';
import { stream } from './stream.ts';
import { tls } from './tls.ts';
import { trunk } from './trunk.ts';
import { twiml } from './twiml.ts';
import { handshake, webrtc } from './webrtc.ts';

export const parts: readonly Part[] = [
  parser,
  descriptions,
  stream,
  requests,
  trunk,
  connections,
  rtp,
  webrtc,
  handshake,
  browserOffer,
  twiml,
  http,
  tls,
  names,
  nameServer,
];
