import { Dialog } from '@base-ui/react/dialog';
import { Tabs } from '@base-ui/react/tabs';
import { Copy, X } from 'lucide-react';
import { useEffect, useState, type ComponentType } from 'react';
import type { Settings } from '../../../contract/settings.ts';
import { useConsole, useConsoleStore } from '../../store/store.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { useCopy } from '../ladder/copy.ts';
import { AccessSection } from './AccessSection.tsx';
import { ApplicationsSection } from './ApplicationsSection.tsx';
import { CountriesSection } from './CountriesSection.tsx';
import { LimitsSection } from './LimitsSection.tsx';
import { NumbersSection } from './NumbersSection.tsx';
import { PartiesSection } from './PartiesSection.tsx';
import { sectionOf, SECTIONS, type Section } from './problems.ts';
import { ProfileSection } from './ProfileSection.tsx';
import { RecordingSection } from './RecordingSection.tsx';
import { RingingBar } from './RingingBar.tsx';
import { SaveBar } from './SaveBar.tsx';
import type { SectionProps } from './sections.ts';
import { SoundSection } from './SoundSection.tsx';
import { useSettings } from './use-settings.ts';

const PARTS: Readonly<Record<Section, { title: string; View: ComponentType<SectionProps> }>> = {
  profile: { title: 'Profile and domain', View: ProfileSection },
  numbers: { title: 'Numbers and routes', View: NumbersSection },
  access: { title: 'Access', View: AccessSection },
  countries: { title: 'Countries', View: CountriesSection },
  limits: { title: 'Limits', View: LimitsSection },
  media: { title: 'Sound', View: SoundSection },
  recording: { title: 'Recording', View: RecordingSection },
  parties: { title: 'Parties', View: PartiesSection },
  applications: { title: 'Twilio', View: ApplicationsSection },
};

/** The settings of the running trunk, as a sheet over the console: calls and their keys go on behind it. */
export function SettingsScreen() {
  const shown = useConsole((state) => state.settingsShown);
  const edited = useConsole((state) => state.settingsEdited);
  // What was typed lives as long as the sheet, also while a call hides it.
  return shown || edited ? <Sheet shown={shown} /> : null;
}

function Sheet({ shown }: { shown: boolean }) {
  const form = useSettings();
  const show = useConsole((state) => state.showSettings);
  const discard = useConsole((state) => state.setSettingsEdited);
  useGivingWay();
  const [section, setSection] = useState<Section>('profile');
  const [leaving, setLeaving] = useState(false);
  const { trunk, draft, problems, changes } = form;
  const close = () => {
    // Esc takes the question back; it never answers it with yes.
    if (changes.length === 0) show(false);
    else setLeaving(!leaving);
  };
  const leave = () => {
    discard(false);
    show(false);
  };
  const save = async () => {
    setLeaving(false);
    const found = await form.save();
    const first = found.map(sectionOf).find((each) => each !== undefined);
    if (first) setSection(first);
  };
  return (
    <Dialog.Root open={shown} onOpenChange={(open) => !open && close()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-30 bg-shade" />
        <Dialog.Popup className="fixed top-1/2 left-1/2 z-30 flex h-[min(720px,calc(100vh-32px))] w-[min(1080px,calc(100vw-32px))] -translate-x-1/2 -translate-y-1/2 flex-col rounded-md low:overflow-auto border border-line bg-panel shadow-xl">
          <RingingBar />
          <header className="flex min-h-12 shrink-0 items-center gap-2 border-b border-line px-4">
            <Dialog.Title className="flex-1 text-strong font-semibold">Trunk settings</Dialog.Title>
            {trunk && <CopyButton settings={trunk.settings} />}
            <IconButton label="Close (Esc)" icon={<X size={16} />} onClick={close} />
          </header>
          <Tabs.Root
            orientation="vertical"
            value={section}
            onValueChange={(value: Section) => setSection(value)}
            className="flex min-h-0 flex-1 max-[640px]:flex-col low:flex-none"
          >
            <Tabs.List
              aria-label="Sections"
              className="flex w-48 shrink-0 flex-col gap-0.5 border-r border-line p-2 max-[640px]:grid max-[640px]:w-full max-[640px]:grid-cols-2 max-[640px]:border-r-0 max-[640px]:border-b"
            >
              {SECTIONS.map((key) => {
                const wrong = problems.filter((problem) => sectionOf(problem) === key).length;
                return (
                  <Tabs.Tab
                    key={key}
                    value={key}
                    className="flex min-h-8 items-center rounded-md px-2 text-muted hover:text-text data-[active]:bg-raised data-[active]:font-semibold data-[active]:text-text"
                  >
                    <span className="flex-1 text-left">{PARTS[key].title}</span>
                    {wrong > 0 && <span className="text-small text-bad">{wrong} wrong</span>}
                  </Tabs.Tab>
                );
              })}
            </Tabs.List>
            {SECTIONS.map((key) => {
              const { View } = PARTS[key];
              return (
                <Tabs.Panel
                  key={key}
                  value={key}
                  tabIndex={-1}
                  className="flex min-h-0 min-w-0 flex-1 flex-col gap-4 overflow-auto p-4 low:flex-none low:overflow-visible"
                >
                  {trunk && draft ? (
                    <View trunk={trunk} draft={draft} problems={problems} edit={form.edit} />
                  ) : (
                    <p className="text-muted">Asking the trunk for its settings…</p>
                  )}
                </Tabs.Panel>
              );
            })}
          </Tabs.Root>
          <SaveBar
            form={form}
            leaving={leaving}
            onSave={() => void save()}
            onStay={() => setLeaving(false)}
            onLeave={leave}
          />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** The settings close when a call is answered, so that it can be seen; what was typed in them stays. */
function useGivingWay() {
  const store = useConsoleStore();
  useEffect(
    () =>
      store.subscribe((now, before) => {
        if (now.lines === before.lines || !now.settingsShown) return;
        const answered = Object.values(now.lines).some(
          ({ id, state }) => before.lines[id]?.state === 'ringing' && (state === 'answering' || state === 'live'),
        );
        if (!answered) return;
        now.showSettings(false);
        if (now.settingsEdited) now.say('The settings are put aside, with what you typed. You find them in the menu.');
      }),
    [store],
  );
}

/** For another machine, or a file of one's own. */
function CopyButton({ settings }: { settings: Settings }) {
  const { hasAuthToken: _shownOnly, ...twilio } = settings.twilio;
  const { outcome, copy } = useCopy();
  return (
    <Button
      look="quiet"
      icon={<Copy size={15} />}
      title="The saved settings as JSON; passwords and the auth token have to be filled in"
      onClick={() => copy(JSON.stringify({ ...settings, twilio }, undefined, 2))}
    >
      {outcome === 'copied' ? 'Copied' : outcome === 'failed' ? 'Could not copy' : 'Copy as configuration file'}
    </Button>
  );
}
