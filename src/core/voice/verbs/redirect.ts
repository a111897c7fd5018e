import type { Redirect } from '../../twiml/document.ts';
import type { Next } from '../run.ts';

export async function runRedirect({ url, method }: Redirect): Promise<Next> {
  return { kind: 'fetch', url, method, parameters: [], why: 'redirect' };
}
