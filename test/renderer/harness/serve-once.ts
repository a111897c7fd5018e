import type { TestProject } from 'vitest/node';
import { serveHarness } from './serve.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** URL of the scripted console; it takes the name of a scene as `?scene=`. */
    harness: string;
  }
}

/** Vitest's global setup of the tests in a browser: all of them load the same page. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { url, close } = await serveHarness();
  project.provide('harness', url);
  return close;
}
