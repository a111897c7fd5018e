import { formatNumber } from './number.ts';

/** A number as people write it; copied, it is E.164. */
export function PhoneNumber({ number, className = '' }: { number: string; className?: string }) {
  return (
    <span
      className={`whitespace-nowrap ${className}`}
      onCopy={(event) => {
        event.clipboardData.setData('text/plain', number);
        event.preventDefault();
      }}
    >
      {formatNumber(number)}
    </span>
  );
}
