/** A page's storage. */
export type KeptTexts = Pick<Storage, 'getItem' | 'setItem'>;

/**
 * The browser's storage, which may be forbidden, or have no room left: then nothing is kept beyond the page, and nothing else
 * goes wrong.
 * @param open throws where the browser forbids it
 */
export function safeStorage(open: () => KeptTexts): KeptTexts {
  const attempt = <T>(act: (storage: KeptTexts) => T): T | undefined => {
    try {
      return act(open());
    } catch {
      return undefined;
    }
  };
  return {
    getItem: (key) => attempt((storage) => storage.getItem(key)) ?? null,
    setItem: (key, text) => {
      attempt((storage) => storage.setItem(key, text));
    },
  };
}
