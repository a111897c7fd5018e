/** A trunk that runs no documents: nothing was asked of any application, and nothing can be. */
import { TrunkRefusal, type Applications } from './api.ts';

export function noApplications(account: Applications['account']): Applications {
  const refuse = (): never => {
    throw new TrunkRefusal('unavailable', 'This trunk runs no TwiML.');
  };
  return {
    account,
    runTwiml: async () => refuse(),
    placeCall: async () => refuse(),
    endCall: async () => refuse(),
    callResources: () => [],
    callResource: () => undefined,
    webhooks: () => [],
    webhook: () => undefined,
    replayWebhook: async () => refuse(),
    notices: () => [],
  };
}
