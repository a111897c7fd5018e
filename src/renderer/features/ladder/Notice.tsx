/** What stands in the place of the rows when there are none. */
export function Notice(props: {
  readonly title: string;
  readonly detail?: string | undefined;
  readonly busy?: boolean;
  readonly onRetry?: () => void;
}) {
  return (
    <div
      role={props.onRetry ? 'alert' : 'status'}
      aria-busy={props.busy}
      className="flex flex-1 flex-col items-center justify-center gap-1 p-4 text-center"
    >
      <p className="text-strong">{props.title}</p>
      {props.detail !== undefined && <p className="text-muted">{props.detail}</p>}
      {props.onRetry && (
        <button
          type="button"
          className="mt-2 h-7 rounded-md border border-line bg-raised px-3 hover:border-muted"
          onClick={props.onRetry}
        >
          Try again
        </button>
      )}
    </div>
  );
}
