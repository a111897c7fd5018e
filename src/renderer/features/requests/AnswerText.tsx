import { useEffect, useRef } from 'react';
import type { ApplicationNotice } from '../../../contract/model.ts';
import { NoticeLine } from './NoticeLine.tsx';

interface AnswerTextProps {
  body: string;
  truncated: boolean;
  /** Those that name a line. */
  notices: readonly ApplicationNotice[];
}

/** The answer with its lines numbered, and what is wrong with a line below it. */
export function AnswerText({ body, truncated, notices }: AnswerTextProps) {
  const list = useRef<HTMLOListElement>(null);
  const first = notices[0]?.line;
  useEffect(() => {
    const line = first === undefined ? undefined : list.current?.children[first - 1];
    const box = line?.closest('[data-scrolls]');
    // Not scrollIntoView: that would scroll the window as well.
    if (line && box) box.scrollTop += topOf(line) - topOf(box) - box.clientHeight / 3;
  }, [first]);
  if (body === '') return <p className="border-t border-line px-3 py-1 text-muted">An empty body.</p>;
  return (
    <>
      <ol ref={list} aria-label="Body" className="border-t border-line pt-1 font-mono text-small">
        {body.split(/\r\n|\r|\n/).map((text, index) => (
          <TextLine
            key={index}
            number={index + 1}
            text={text}
            notices={notices.filter(({ line }) => line === index + 1)}
          />
        ))}
      </ol>
      {truncated && <p className="px-3 py-1 text-muted">The rest is not shown: it was longer than 64 kB.</p>}
    </>
  );
}

function topOf(element: Element): number {
  return element.getBoundingClientRect().top;
}

interface TextLineProps {
  number: number;
  text: string;
  notices: readonly ApplicationNotice[];
}

function TextLine({ number, text, notices }: TextLineProps) {
  const worst = notices.find(({ severity }) => severity === 'error') ?? notices[0];
  const ground = worst === undefined ? '' : worst.severity === 'error' ? 'bg-bad/12' : 'bg-warn/12';
  return (
    <li className={ground} aria-current={worst ? 'true' : undefined}>
      <span className="grid grid-cols-[40px_minmax(0,1fr)] gap-x-2">
        <span className="text-right text-muted select-none">{number}</span>
        <span className="pr-3 wrap-anywhere whitespace-pre-wrap">{text}</span>
      </span>
      {notices.map((notice) => (
        <div key={notice.id} className="pr-3 pb-1 pl-12 text-body">
          <NoticeLine {...notice} />
        </div>
      ))}
    </li>
  );
}
