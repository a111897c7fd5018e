/** The console's phone among the registrations. */
import type { Binding } from '../ua/registrar-bindings.ts';

/** User name under which consoles register. */
export const CONSOLE = 'console';

/** The newest registration gets the calls: its instance id, or its Contact if it has none. */
export function holderOf([newest]: readonly Binding[]): string | undefined {
  return newest && (/urn:uuid:([\da-f-]+)/i.exec(newest.instance ?? '')?.[1] ?? newest.contact);
}
