/** A request beside the list: what it was sent with, what came back, what was wrong with it. */
import { Check, ClipboardCopy, RotateCcw, X } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ApplicationNotice, WebhookExchange } from '../../../contract/model.ts';
import type { RequestRow } from '../../store/requests.ts';
import { useConsole } from '../../store/store.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { formatSpan } from '../../ui/format.ts';
import { useCopy } from '../ladder/copy.ts';
import { AnswerText } from './AnswerText.tsx';
import { NoticeLine } from './NoticeLine.tsx';
import { statusWords, WHY_WORDS } from './words.ts';

export function RequestDetail({ row }: { row: RequestRow }) {
  const { open, repeat } = useConsole((console) => console.requestsActions);
  const repeating = useConsole((console) => console.requests.repeating);
  const attempt = useConsole((console) => console.attempt);
  const { exchange, notices } = row;
  return (
    <aside aria-label="Details of the request" className="flex min-w-0 flex-1 flex-col">
      <header className="flex min-h-10 shrink-0 items-center gap-2 border-b border-line px-3 py-1">
        <h3 className="min-w-0 flex-1 truncate" title={exchange?.url}>
          {exchange ? (
            <>
              <span className="text-muted">{exchange.method}</span>{' '}
              <span className="font-semibold">{exchange.url}</span>
            </>
          ) : (
            <span className="font-semibold">Notice without a request</span>
          )}
        </h3>
        {exchange && (
          <Button
            icon={<RotateCcw aria-hidden="true" size={14} />}
            disabled={repeating}
            title="Sends the same request to the application once more; its answer does nothing to a call"
            onClick={() => void attempt(repeat(exchange.id))}
          >
            Send again
          </Button>
        )}
        <IconButton
          label="Close the details (Esc)"
          icon={<X aria-hidden="true" size={16} />}
          onClick={() => open(undefined)}
        />
      </header>
      {exchange ? <Exchange exchange={exchange} notices={notices} /> : <Notices notices={notices} />}
    </aside>
  );
}

function Notices({ notices }: { notices: readonly ApplicationNotice[] }) {
  if (notices.length === 0) return null;
  return (
    <ul aria-label="Notices" className="flex flex-col gap-1 border-b border-line px-3 py-2">
      {notices.map((notice) => (
        <li key={notice.id}>
          <NoticeLine {...notice} />
        </li>
      ))}
    </ul>
  );
}

function Exchange({ exchange, notices }: { exchange: WebhookExchange; notices: readonly ApplicationNotice[] }) {
  const { problem, response } = exchange;
  const placed = notices.filter(({ line }) => line !== undefined);
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      {problem && (
        <div className="border-b border-line px-3 py-2">
          <NoticeLine {...problem} severity="error" />
        </div>
      )}
      <Notices notices={response ? notices.filter(({ line }) => line === undefined) : notices} />
      <div className="grid min-h-0 flex-1 grid-cols-[minmax(0,2fr)_minmax(0,3fr)] @max-[36rem]:grid-cols-1">
        <Part title="Sent" says={sentWords(exchange)} more={<Copy what="parameters" text={formText(exchange)} />}>
          <Sent exchange={exchange} />
        </Part>
        <Part
          title="Answered"
          says={response && `${statusWords(response.status)} · ${response.contentType ?? 'no content type'}`}
          more={response && <Copy what="answer" text={response.body} />}
        >
          {response ? (
            <AnswerText body={response.body} truncated={response.truncated} notices={placed} />
          ) : (
            <p className="px-3 py-1 text-muted">No answer came.</p>
          )}
        </Part>
      </div>
    </div>
  );
}

interface PartProps {
  title: string;
  says?: string | undefined;
  more?: ReactNode;
  children: ReactNode;
}

function Part({ title, says, more, children }: PartProps) {
  return (
    <section aria-label={title} className="flex min-h-0 min-w-0 flex-col border-l border-line first:border-l-0">
      <div className="flex h-8 shrink-0 items-center gap-2 px-3">
        <h4 className="font-semibold">{title}</h4>
        <span className="min-w-0 flex-1 truncate text-muted" title={says}>
          {says}
        </span>
        {more}
      </div>
      <div
        data-scrolls
        role="region"
        aria-label={`Text of what was ${title.toLowerCase()}`}
        tabIndex={0}
        className="min-h-0 flex-1 overflow-auto pb-2 focus-visible:-outline-offset-2"
      >
        {children}
      </div>
    </section>
  );
}

/** What is out of the ordinary first, then what it was sent with. */
function Sent({ exchange }: { exchange: WebhookExchange }) {
  const { attempts, redirects, parameters } = exchange;
  const facts = [
    ...(attempts === 1 ? [] : [['Attempts', attempts === 0 ? 'none: it was not sent' : String(attempts)] as const]),
    ...redirects.map((url) => ['Redirected to', url] as const),
  ];
  return (
    <>
      {facts.length > 0 && <Facts facts={facts} />}
      <table className="w-full border-t border-line text-small">
        <caption className="sr-only">Parameters</caption>
        <tbody>
          {parameters.map(([name, value], index) => (
            <tr key={index} className="align-top">
              <th scope="row" className="py-px pr-2 pl-3 text-left font-mono font-semibold text-accent">
                {name}
              </th>
              <td className="py-px pr-3 font-mono wrap-anywhere whitespace-pre-wrap">{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {parameters.length === 0 && <p className="px-3 py-1 text-muted">No parameters.</p>}
    </>
  );
}

function Facts({ facts }: { facts: readonly (readonly [name: string, value: string])[] }) {
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 px-3 pb-1 text-small">
      {facts.map(([name, value], index) => (
        <div key={index} className="contents">
          <dt className="text-muted">{name}</dt>
          <dd className="wrap-anywhere">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function sentWords({ why, ms, signed }: WebhookExchange): string {
  return `${WHY_WORDS[why]} · ${formatSpan(ms)} · ${signed ? 'signed' : 'not signed'}`;
}

/** As the body of a form, for another client. */
function formText({ parameters }: WebhookExchange): string {
  return new URLSearchParams(parameters.map(([name, value]): [string, string] => [name, value])).toString();
}

function Copy({ what, text }: { what: string; text: string }) {
  const { outcome, copy } = useCopy();
  const label = outcome === 'copied' ? 'Copied' : outcome === 'failed' ? 'Could not copy' : `Copy the ${what}`;
  return (
    <IconButton
      label={label}
      icon={outcome === 'copied' ? <Check size={14} className="text-ok" /> : <ClipboardCopy size={14} />}
      className="size-6!"
      onClick={() => copy(text)}
    />
  );
}
