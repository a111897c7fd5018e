import { formatNumber } from './number.ts';

/** A number stands on one line; an address may be of any length. */
const LONGEST_NUMBER = 20;

/** A number as people write it; copied, it is E.164. */
export function PhoneNumber({ number, className = '' }: { number: string; className?: string }) {
  return (
    <span
      title={number.length > LONGEST_NUMBER ? number : undefined}
      className={`${number.length > LONGEST_NUMBER ? 'min-w-0 truncate' : 'whitespace-nowrap'} ${className}`}
      onCopy={(event) => {
        event.clipboardData.setData('text/plain', number);
        event.preventDefault();
      }}
    >
      {formatNumber(number)}
    </span>
  );
}
