/** One finding: what happened, and what to do about it. */
import { CircleAlert, Info, TriangleAlert } from 'lucide-react';
import type { ComponentType, ReactNode } from 'react';
import type { Finding } from '../../../contract/model.ts';

type Sign = {
  readonly Icon: ComponentType<{ size: number; className?: string }>;
  readonly colour: string;
  readonly name: string;
};

export const severities: Readonly<Record<Finding['severity'], Sign>> = {
  error: { Icon: CircleAlert, colour: 'text-bad', name: 'Error' },
  warning: { Icon: TriangleAlert, colour: 'text-warn', name: 'Warning' },
  info: { Icon: Info, colour: 'text-info', name: 'Note' },
};

/** `D5`, but not the names of the others: these stand in the title. */
export function findingCode(id: string): string | undefined {
  return /^D\d+$/.test(id) ? id : undefined;
}

interface FindingNoteProps {
  readonly finding: Finding;
  /** The title is said already by what stands above. */
  readonly untitled?: boolean;
  /** What can be done with it: a link to the message, for example. */
  readonly children?: ReactNode;
}

export function FindingNote({ finding, untitled = false, children }: FindingNoteProps) {
  const { Icon, colour, name } = severities[finding.severity];
  const code = findingCode(finding.id);
  const lead = code !== undefined && <span className={`mr-1.5 font-semibold ${colour}`}>{code}</span>;
  return (
    <div className="flex items-start gap-2">
      <span className={`mt-0.5 shrink-0 ${colour}`}>
        <Icon size={16} aria-hidden="true" />
        <span className="sr-only">{name}: </span>
      </span>
      <div className="min-w-0 flex-1">
        {!untitled && (
          <p className="font-semibold">
            {lead}
            {finding.title}
          </p>
        )}
        <p className="wrap-anywhere">
          {untitled && lead}
          {finding.text}
          {finding.fix !== undefined && (
            <>
              {' '}
              <span className="text-muted">To do: </span>
              {finding.fix}
            </>
          )}
        </p>
      </div>
      {children}
    </div>
  );
}
