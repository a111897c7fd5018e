import type { XmlElement } from './xml.ts';

export function elementsOf(element: XmlElement): XmlElement[] {
  return element.children.filter((child) => typeof child !== 'string');
}

/** The element's own text, without the white space around it. */
export function ownText(element: XmlElement): string {
  return element.children
    .filter((child) => typeof child === 'string')
    .join('')
    .trim();
}

/** All text in it, that of inner elements included, white space collapsed. */
export function flatText(element: XmlElement): string {
  const gather = (each: XmlElement): string =>
    each.children.map((child) => (typeof child === 'string' ? child : ` ${gather(child)} `)).join('');
  return gather(element).replaceAll(/\s+/g, ' ').trim();
}
