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

/** @param children what can be done with it: a link to the message, for example */
export function FindingNote({ finding, children }: { readonly finding: Finding; readonly children?: ReactNode }) {
  const { Icon, colour, name } = severities[finding.severity];
  const code = findingCode(finding.id);
  return (
    <div className="flex items-start gap-2">
      <span className={`mt-0.5 shrink-0 ${colour}`}>
        <Icon size={16} aria-hidden="true" />
        <span className="sr-only">{name}: </span>
      </span>
      <div className="min-w-0 flex-1">
        <p className="font-semibold">
          {code !== undefined && <span className={`mr-1.5 ${colour}`}>{code}</span>}
          {finding.title}
        </p>
        <p className="wrap-anywhere">{finding.text}</p>
        {finding.fix !== undefined && (
          <p className="wrap-anywhere">
            <span className="text-muted">To do: </span>
            {finding.fix}
          </p>
        )}
      </div>
      {children}
    </div>
  );
}
