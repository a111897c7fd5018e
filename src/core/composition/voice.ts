/** What applications run on: their requests, their voice, and what the trunk offers around them. */
import type { Board } from '../b2bua/board.ts';
import { twilio } from '../b2bua/providers/twilio.ts';
import type { LiveConfig } from '../config/live-config.ts';
import type { Directory } from '../location/directory.ts';
import type { Domains } from '../location/domains.ts';
import type { Opened } from '../log/close-all.ts';
import { ApplicationRunner } from '../voice/application-runner.ts';
import { Speech } from '../voice/speech.ts';
import { WebhookClient } from '../webhook/client.ts';
import { destinationGuard } from '../webhook/guard.ts';
import { accountOf } from './application-account.ts';
import { ApplicationService, webAddressesOf, type ApplicationServiceOptions } from './application-service.ts';
import type { TrunkOptions } from './options.ts';

export interface VoiceSetup {
  readonly live: LiveConfig;
  readonly board: () => Board;
  readonly domains: Domains;
  readonly directory: Directory;
  readonly id: () => string;
  readonly changed: ApplicationServiceOptions['changed'];
}

export function createVoice(
  { clock, log, demoUrl }: Pick<TrunkOptions, 'clock' | 'log' | 'demoUrl'>,
  { live, board, domains, directory, id, changed }: VoiceSetup,
  opened: Opened,
): { running: ApplicationRunner; applications: ApplicationService } {
  const webhooks = new WebhookClient({
    clock,
    log,
    id,
    authToken: () => live.get().twilio.authToken,
    timeoutMs: () => live.get().webhooks.timeoutSeconds * 1000,
    mayReach: destinationGuard({
      urls: () => webAddressesOf(live.get(), demoUrl),
      allow: () => live.get().webhooks.allow,
    }),
    finished: (exchange, request) => applications.finished(exchange, request),
    userAgent: 'Patchcord',
  });
  opened.add('webhooks', () => webhooks.close());
  const speech = new Speech({ clock, log });
  opened.add('speech', () => speech.close());
  const running = new ApplicationRunner({
    clock,
    log,
    webhooks,
    speech,
    id,
    accountSid: () => live.get().twilio.accountSid,
    referUrl: (call) => (board().policy(call.facts) === twilio ? live.get().twilio.referUrl : undefined),
    noticed: (notice) => applications.noticed(notice),
  });
  const applications: ApplicationService = new ApplicationService({
    account: accountOf(live),
    board,
    running,
    webhooks,
    domains,
    directory,
    changed,
  });
  return { running, applications };
}
