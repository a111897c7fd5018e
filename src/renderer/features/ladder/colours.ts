/** Colours that tell dialogs apart, each with 4.5:1 on the panel in light and dark. */
const dialogColours = [
  'light-dark(#1a56c4, #7db2ff)',
  'light-dark(#7a2fb5, #cf9dff)',
  'light-dark(#0b665c, #5fd3c2)',
  'light-dark(#8f4500, #f0ad64)',
  'light-dark(#a8246b, #ff94c2)',
  'light-dark(#535c00, #c5cf5e)',
] as const;

export function dialogColour(index: number | undefined): string {
  return index === undefined ? 'var(--color-muted)' : dialogColours[index % dialogColours.length]!;
}
