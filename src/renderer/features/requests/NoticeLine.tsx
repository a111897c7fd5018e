import { CircleAlert, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { noticeWords } from './words.ts';

interface NoticeLineProps {
  code: number;
  text: string;
  severity: 'error' | 'warning';
  line?: number | undefined;
  /** What can be done about it. */
  children?: ReactNode;
}

/** What is wrong with an application: the provider's code, the line, the words. */
export function NoticeLine({ code, text, severity, line, children }: NoticeLineProps) {
  const error = severity === 'error';
  const Icon = error ? CircleAlert : TriangleAlert;
  const colour = error ? 'text-bad' : 'text-warn';
  return (
    <p className="flex items-start gap-1.5 font-sans">
      <Icon aria-hidden="true" size={14} className={`mt-1 shrink-0 ${colour}`} />
      <span className="min-w-0 flex-1 wrap-anywhere">
        <span className={`font-semibold ${colour}`}>
          {noticeWords(severity, code)}
          {line === undefined ? '' : `, line ${line}`}
        </span>{' '}
        {text}
      </span>
      {children}
    </p>
  );
}
