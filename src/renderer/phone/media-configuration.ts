import type { Web } from 'sip.js';

/** No STUN server: sip.js would otherwise ask a public one, and console and trunk share the machine. */
export const mediaConfiguration: Web.SessionDescriptionHandlerFactoryOptions = {
  iceGatheringTimeout: 500,
  peerConnectionConfiguration: { iceServers: [], bundlePolicy: 'max-bundle' },
};
