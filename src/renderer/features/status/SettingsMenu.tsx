import { Menu } from '@base-ui/react/menu';
import { Check, Settings } from 'lucide-react';
import type { ReferPolicy } from '../../store/follow-card.ts';
import { useConsole } from '../../store/store.ts';
import type { Theme } from '../../store/ui.ts';

const THEMES: readonly { value: Theme; label: string }[] = [
  { value: 'system', label: 'Like the system' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
];
const REFER_POLICIES: readonly { value: ReferPolicy; label: string }[] = [
  { value: 'ask', label: 'Ask me' },
  { value: 'follow', label: 'Follow at once' },
  { value: 'decline', label: 'Always decline' },
];
const ITEM =
  'grid h-8 grid-cols-[20px_1fr] items-center rounded-sm px-2 outline-none data-[highlighted]:bg-raised data-[highlighted]:ring-1 data-[highlighted]:ring-line';

export function SettingsMenu() {
  const theme = useConsole((state) => state.theme);
  const setTheme = useConsole((state) => state.setTheme);
  const showSound = useConsole((state) => state.showSound);
  const referPolicy = useConsole((state) => state.referPolicy);
  const setReferPolicy = useConsole((state) => state.setReferPolicy);
  const edited = useConsole((state) => state.settingsEdited);
  const showSettings = useConsole((state) => state.showSettings);
  return (
    <Menu.Root>
      <Menu.Trigger
        aria-label="Settings"
        title="Settings"
        className="inline-flex size-7 items-center justify-center rounded-md text-muted hover:bg-raised hover:text-text"
      >
        <Settings size={16} />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner align="end" sideOffset={4} className="z-20">
          <Menu.Popup className="w-60 rounded-md border border-line bg-panel p-1 shadow-xl outline-none">
            <Menu.Item className={ITEM} onClick={() => showSettings(true)}>
              <span className="col-start-2">Trunk settings…{edited && ' (not saved yet)'}</span>
            </Menu.Item>
            <Menu.Item className={ITEM} onClick={() => showSound(true)}>
              <span className="col-start-2">Sound and devices…</span>
            </Menu.Item>
            <Menu.Separator className="my-1 h-px bg-line" />
            <Menu.Group>
              <Menu.GroupLabel className="px-2 py-1 text-small text-muted">Colours</Menu.GroupLabel>
              <Menu.RadioGroup value={theme} onValueChange={(value: Theme) => setTheme(value)}>
                {THEMES.map(({ value, label }) => (
                  <Menu.RadioItem key={value} value={value} className={ITEM} closeOnClick>
                    <Menu.RadioItemIndicator className="col-start-1">
                      <Check aria-hidden="true" size={14} />
                    </Menu.RadioItemIndicator>
                    <span className="col-start-2">{label}</span>
                  </Menu.RadioItem>
                ))}
              </Menu.RadioGroup>
            </Menu.Group>
            <Menu.Separator className="my-1 h-px bg-line" />
            <Menu.Group>
              <Menu.GroupLabel className="px-2 py-1 text-small text-muted">
                When a call asks to be moved (REFER)
              </Menu.GroupLabel>
              <Menu.RadioGroup value={referPolicy} onValueChange={(value: ReferPolicy) => setReferPolicy(value)}>
                {REFER_POLICIES.map(({ value, label }) => (
                  <Menu.RadioItem key={value} value={value} className={ITEM} closeOnClick>
                    <Menu.RadioItemIndicator className="col-start-1">
                      <Check aria-hidden="true" size={14} />
                    </Menu.RadioItemIndicator>
                    <span className="col-start-2">{label}</span>
                  </Menu.RadioItem>
                ))}
              </Menu.RadioGroup>
            </Menu.Group>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
