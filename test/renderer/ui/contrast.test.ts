import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const css = readFileSync(path.resolve(import.meta.dirname, '../../../src/renderer/styles.css'), 'utf8');
const THEMES = ['light', 'dark'] as const;
type Theme = (typeof THEMES)[number];
type Rgb = [number, number, number];

function token(name: string, theme: Theme): Rgb {
  const match = new RegExp(`--color-${name}: light-dark\\((#[0-9a-f]{6}), (#[0-9a-f]{6})\\)`).exec(css);
  if (!match) throw new Error(`No token ${name}`);
  const hex = match[theme === 'light' ? 1 : 2]!;
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as Rgb;
}

/** `share` of a colour laid over another, as `bg-info/12` does. */
function over(top: Rgb, bottom: Rgb, share: number): Rgb {
  return top.map((value, index) => value * share + bottom[index]! * (1 - share)) as Rgb;
}

/** WCAG 2.2, relative luminance and contrast ratio. */
function luminance(rgb: Rgb): number {
  const [r, g, b] = rgb.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: Rgb, b: Rgb): number {
  const [light, dark] = [luminance(a), luminance(b)].toSorted((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

const TEXTS = ['text', 'muted', 'accent', 'ok', 'warn', 'bad', 'info'];
const GROUNDS = ['bg', 'panel', 'raised'];

describe.each(THEMES)('in the %s theme', (theme) => {
  it.each(TEXTS.flatMap((text) => GROUNDS.map((ground) => [text, ground] as const)))(
    'text-%s on bg-%s has a contrast of 4.5 or more',
    (text, ground) => {
      expect(contrast(token(text, theme), token(ground, theme))).toBeGreaterThanOrEqual(4.5);
    },
  );

  it.each(['accent', 'ok', 'bad'])('text-accent-text on bg-%s has a contrast of 4.5 or more', (ground) => {
    expect(contrast(token('accent-text', theme), token(ground, theme))).toBeGreaterThanOrEqual(4.5);
  });

  it.each([
    ['info', 'info', 0.12],
    ['muted', 'info', 0.12],
    ['text', 'bad', 0.08],
    ['bad', 'bad', 0.08],
    ['text', 'warn', 0.08],
    ['warn', 'warn', 0.08],
  ] as const)('text-%s on a tint of %s has a contrast of 4.5 or more', (text, tint, share) => {
    const ground = over(token(tint, theme), token('panel', theme), share);
    expect(contrast(token(text, theme), ground)).toBeGreaterThanOrEqual(4.5);
  });

  it('the focus ring stands out from what is around it by 3 or more', () => {
    for (const ground of GROUNDS)
      expect(contrast(token('accent', theme), token(ground, theme))).toBeGreaterThanOrEqual(3);
  });
});

it('no transition lasts 150 ms, and none is left with reduced motion', () => {
  expect(Number(/--default-transition-duration: (\d+)ms/.exec(css)?.[1])).toBeLessThan(150);
  expect(css).toMatch(/prefers-reduced-motion: reduce[\s\S]*animation: none !important;\s*transition: none !important/);
});
