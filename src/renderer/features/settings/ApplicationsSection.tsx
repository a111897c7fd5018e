import { Plus, Trash2 } from 'lucide-react';
import { Button, IconButton } from '../../ui/Button.tsx';
import { withRow, type Account } from './draft.ts';
import { ListProblem, SelectField, TextField } from './Field.tsx';
import { problemAt } from './problems.ts';
import type { SectionProps } from './sections.ts';

const MODES = [
  { value: 'enable-all', label: 'enable-all: to numbers and SIP URIs' },
  { value: 'sip-only', label: 'sip-only: to SIP URIs alone' },
  { value: 'disable-all', label: 'disable-all: refused' },
] as const;
const CALLER_IDS = [
  { value: 'from-transferee', label: 'from-transferee: who is moved' },
  { value: 'from-transferor', label: 'from-transferor: who asks for it' },
] as const;

/** What counts under the provider Twilio: the account, transfers that endpoints ask for, and where documents may lead. */
export function ApplicationsSection(props: SectionProps) {
  const { draft } = props;
  return (
    <>
      {draft.provider !== 'twilio' && (
        <p className="text-muted">These count under the provider Twilio, which is chosen under Profile and domain.</p>
      )}
      <AccountPart {...props} />
      <TransferPart {...props} />
      <WebhookPart {...props} />
    </>
  );
}

function AccountPart({ draft: { account }, trunk, problems, edit }: SectionProps) {
  const change = (part: Partial<Account>) => edit({ account: { ...account, ...part } });
  const has = trunk.settings.twilio.hasAuthToken;
  const forgets = has && account.forgetToken;
  return (
    <section className="flex flex-col gap-2">
      <h3 className="font-semibold">Account</h3>
      <div className="grid max-w-[720px] grid-cols-2 items-start gap-4">
        <TextField
          label="Account SID"
          className="[&_input]:font-mono"
          value={account.accountSid}
          hint="AC and 32 hexadecimal digits. Applications get it as AccountSid."
          problem={problemAt(problems, 'twilio.accountSid')}
          onChange={(accountSid) => change({ accountSid })}
        />
        <div className="flex min-w-0 items-start gap-2">
          <TextField
            label="Auth token"
            type="password"
            autoComplete="new-password"
            className="flex-1"
            placeholder={forgets ? 'taken away' : has ? 'unchanged' : 'none'}
            value={account.authToken}
            hint="Signs the requests (X-Twilio-Signature). The trunk never shows it; an empty field keeps the one it has."
            problem={problemAt(problems, 'twilio.authToken')}
            onChange={(authToken) => change({ authToken, forgetToken: false })}
          />
          {has && (
            <IconButton
              label={forgets ? 'Keep the auth token' : 'Take the auth token away'}
              aria-pressed={forgets}
              icon={<Trash2 size={15} className={forgets ? 'text-bad' : ''} />}
              className="mt-6.5"
              onClick={() => change({ authToken: '', forgetToken: !forgets })}
            />
          )}
        </div>
      </div>
    </section>
  );
}

function TransferPart({ draft: { account }, problems, edit }: SectionProps) {
  const change = (part: Partial<Account>) => edit({ account: { ...account, ...part } });
  return (
    <section className="flex flex-col gap-2">
      <h3 className="font-semibold">When an endpoint sends REFER</h3>
      <div className="grid max-w-[720px] grid-cols-2 items-start gap-4">
        <SelectField
          label="Transfer mode"
          value={account.transferMode}
          options={MODES}
          onChange={(transferMode) => change({ transferMode })}
        />
        <SelectField
          label="Transfer caller ID"
          value={account.transferCallerId}
          options={CALLER_IDS}
          onChange={(transferCallerId) => change({ transferCallerId })}
        />
        <TextField
          label="URL that is asked"
          className="col-span-2"
          placeholder="none: the mode decides"
          value={account.referUrl}
          hint="An application that decides about such a REFER instead."
          problem={problemAt(problems, 'twilio.referUrl')}
          onChange={(referUrl) => change({ referUrl })}
        />
      </div>
    </section>
  );
}

function WebhookPart({ draft: { webhookAllow, webhookSeconds }, problems, edit }: SectionProps) {
  return (
    <section className="flex flex-col gap-2">
      <h3 className="font-semibold">Requests to applications</h3>
      <TextField
        label="Seconds for an answer"
        inputMode="numeric"
        className="max-w-[352px]"
        value={webhookSeconds}
        hint="An application that takes longer gets error 11203."
        problem={problemAt(problems, 'webhooks.timeoutSeconds')}
        onChange={(seconds) => edit({ webhookSeconds: seconds })}
      />
      <p className="pt-2 text-muted">
        Loopback and private addresses to which documents, Refer-To and the API may lead requests and calls. What these
        settings name needs no permission.
      </p>
      <ListProblem says={problemAt(problems, 'webhooks.allow')} />
      <ul aria-label="Networks for documents" className="flex flex-col gap-2">
        {webhookAllow.map((row, i) => (
          <li key={row.id} className="grid max-w-[400px] grid-cols-[minmax(0,1fr)_28px] items-start gap-2">
            <TextField
              label={`Network for documents ${i + 1}`}
              labelHidden
              placeholder="127.0.0.1"
              value={row.network}
              problem={problemAt(problems, `webhooks.allow[${i}]`)}
              onChange={(network) =>
                edit({ webhookAllow: webhookAllow.map((each) => (each.id === row.id ? { ...each, network } : each)) })
              }
            />
            <IconButton
              label={`Remove ${row.network || 'this network'}`}
              icon={<Trash2 size={15} />}
              className="mt-0.5"
              onClick={() => edit({ webhookAllow: webhookAllow.filter(({ id }) => id !== row.id) })}
            />
          </li>
        ))}
      </ul>
      <Button
        icon={<Plus size={15} />}
        className="self-start"
        onClick={() => edit({ webhookAllow: withRow(webhookAllow, { network: '' }) })}
      >
        Add a network
      </Button>
    </section>
  );
}
