import { Tabs as Base } from '@base-ui/react/tabs';
import type { ReactNode } from 'react';

export interface Tab<K extends string> {
  key: K;
  label: string;
  /** How much is new there, and the word for it: `3 missed`. */
  news?: { count: number; word: string };
  panel: ReactNode;
}

interface TabsProps<K extends string> {
  label: string;
  tabs: readonly Tab<K>[];
  current: K;
  onChange(key: K): void;
  /** What stands at the end of the row of tabs. */
  extra?: ReactNode;
}

export function Tabs<K extends string>({ label, tabs, current, onChange, extra }: TabsProps<K>) {
  return (
    <Base.Root
      value={current}
      onValueChange={(value: K) => onChange(value)}
      className="@container flex h-full min-h-0 flex-col bg-panel"
    >
      <div className="flex h-9 shrink-0 items-stretch border-b border-line px-2 @max-[22rem]:px-1">
        <Base.List aria-label={label} className="flex min-w-0 items-stretch overflow-x-auto [scrollbar-width:none]">
          {tabs.map((tab) => (
            <Base.Tab
              key={tab.key}
              value={tab.key}
              className="border-b-2 border-transparent px-3 whitespace-nowrap text-muted @max-[24rem]:px-2 @max-[22rem]:px-1 @max-[20rem]:px-[3px] @max-[20rem]:text-small hover:text-text focus-visible:-outline-offset-2 data-[active]:border-accent data-[active]:font-semibold data-[active]:text-text"
            >
              {tab.label}
              {tab.news && tab.news.count > 0 && <News {...tab.news} />}
            </Base.Tab>
          ))}
        </Base.List>
        {extra}
      </div>
      {tabs.map((tab) => (
        <Base.Panel
          key={tab.key}
          value={tab.key}
          // Every panel has controls of its own to tab to.
          tabIndex={-1}
          className="min-h-0 flex-1 overflow-auto focus-visible:-outline-offset-2"
        >
          {tab.panel}
        </Base.Panel>
      ))}
    </Base.Root>
  );
}

function News({ count, word }: { count: number; word: string }) {
  return (
    <span className="ml-1 rounded-full bg-warn px-1 text-small font-semibold text-accent-text @max-[20rem]:px-0.5">
      {count}
      <span className="sr-only"> {word}</span>
    </span>
  );
}
