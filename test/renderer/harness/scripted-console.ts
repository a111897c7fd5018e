/** A page with the scripted console in a real browser, for all tests of a file. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, inject } from 'vitest';
import { launchBrowser } from '../../support/browser.ts';
import type { Harness } from './scene.ts';

type Driven = typeof window & { harness: Harness };

export interface ScriptedConsole {
  readonly page: Page;
  /** What went wrong in the page since the test began. */
  readonly problems: readonly string[];
  open(scene: string): Promise<void>;
  /** Runs something in the page with the harness at hand; it may use nothing but its argument. */
  drive<T>(act: (harness: Harness) => T | Promise<T>): Promise<T>;
  drive<T, A>(act: (harness: Harness, given: A) => T | Promise<T>, given: A): Promise<T>;
}

/** Opens and closes the browser with the file that calls this. */
export function scriptedConsole(): ScriptedConsole {
  let browser: Awaited<ReturnType<typeof launchBrowser>> | undefined;
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    browser = await launchBrowser();
    page = await browser.context.newPage();
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
  });
  beforeEach(() => {
    problems.length = 0;
  });

  return {
    get page() {
      return page;
    },
    problems,
    open: async (scene) => {
      await page.setViewportSize({ width: 1280, height: 800 });
      await page.goto(`${inject('harness')}?scene=${scene}`);
      await page.waitForSelector('body[data-ready]');
    },
    drive: async <T, A>(act: (harness: Harness, given: A) => T | Promise<T>, given?: A): Promise<T> => {
      const harness = await page.evaluateHandle(() => (window as Driven).harness);
      return harness.evaluate(act as (harness: unknown, given: unknown) => Promise<T>, given as unknown);
    },
  };
}
