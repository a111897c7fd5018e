/** What a key press means here: the name of a binding. Pure, so that every keyboard can be tried. */

export interface KeyPress {
  key: string;
  /** The physical key. */
  code: string;
  keyCode: number;
  repeat: boolean;
  isComposing: boolean;
  shiftKey: boolean;
  ctrlKey: boolean;
  altKey: boolean;
  metaKey: boolean;
  getModifierState(modifier: string): boolean;
}

/**
 * An input method has the key: Enter confirms a word there, and sends nothing. Safari ends the composition before its
 * Enter, and tells by key code 229 alone. https://www.w3.org/TR/uievents/#determine-keydown-keyup-keyCode
 */
export function isComposed({ isComposing, keyCode }: KeyPress): boolean {
  return isComposing || keyCode === 229;
}

/**
 * `F3`, `Shift+F4`, `R`, `1`, `#`, `Escape`. Signs count by what is typed; letters and digits also by the physical key
 * where the layout has something else there (Cyrillic letters, the upper row of a French keyboard).
 */
export function keyName(press: KeyPress): string | undefined {
  const { key, code, shiftKey, ctrlKey, altKey, metaKey } = press;
  if (isComposed(press) || metaKey) return undefined;
  // On Windows AltGr is Ctrl and Alt, on a Mac Option is Alt: both only help to type signs.
  const typesSigns = press.getModifierState('AltGraph') || (altKey && !ctrlKey);
  if (typesSigns) return /^[#*+]$/.test(key) ? key : undefined;
  if (ctrlKey || altKey) return undefined;
  if (/^F\d+$/.test(key)) return shiftKey ? `Shift+${key}` : key;
  if (key === 'Escape' || /^[0-9#*+/?]$/.test(key)) return key;
  if (/^[a-z]$/i.test(key)) return key.toUpperCase();
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  if (letter !== undefined && key.length === 1) return letter;
  const digit = /^Digit(\d)$/.exec(code)?.[1];
  return shiftKey ? undefined : digit;
}
