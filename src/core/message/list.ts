import { trimmed } from './chars.ts';
import { skipQuoted } from './quoted.ts';

/** Splits at commas that are neither in quotes nor in < >. Empty elements are left out. One pass, whatever the input. */
export function splitList(text: string): string[] {
  if (!text.includes(',')) return text === '' ? [] : [text];
  return text.includes('"') || text.includes('<') ? splitOutside(text) : splitTokens(text);
}

function splitTokens(text: string): string[] {
  const elements: string[] = [];
  for (const part of text.split(',')) {
    const element = trimmed(part);
    if (element !== '') elements.push(element);
  }
  return elements;
}

function splitOutside(text: string): string[] {
  const elements: string[] = [];
  let start = 0;
  let bracketed = false;
  const take = (end: number) => {
    const element = trimmed(text, start, end);
    if (element !== '') elements.push(element);
  };
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 34 && !bracketed) i = skipQuoted(text, i) - 1;
    else if (code === 60) bracketed = true;
    else if (code === 62) bracketed = false;
    else if (code === 44 && !bracketed) {
      take(i);
      start = i + 1;
    }
  }
  take(text.length);
  return elements;
}
