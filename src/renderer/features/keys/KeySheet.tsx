import { useConsole } from '../../store/store.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { KeyHint } from '../../ui/KeyHint.tsx';
import { bindings } from './bindings.ts';

/** The layout listens for it itself. */
const layoutKey = { keys: ['Ctrl+Shift+M'], does: 'Give the pane with the focus the whole window, and back' };

/** All keys, on `?`. */
export function KeySheet() {
  const shown = useConsole((state) => state.keysShown);
  const showKeys = useConsole((state) => state.showKeys);
  return (
    <Dialog
      open={shown}
      title="Keys"
      description="F-keys work also while you type in a field; those that answer, hang up, hold and mute also while a window like this one is open."
      onClose={() => showKeys(false)}
    >
      <dl className="grid grid-cols-[auto_1fr] items-center gap-x-4 gap-y-1">
        {[...bindings, layoutKey].map(({ keys, does }) => (
          <div key={does} className="contents">
            <dt className="flex gap-1">
              {shortList(keys).map((key) => (
                <span key={key}>
                  <KeyHint>{key}</KeyHint>
                  <span className="sr-only">{key}</span>
                </span>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <div className="flex justify-end">
        <Button shortcut="Esc" onClick={() => showKeys(false)}>
          Close
        </Button>
      </div>
    </Dialog>
  );
}

function shortList(keys: readonly string[]): readonly string[] {
  if (keys.length === 9) return ['1 … 9'];
  return keys[0] === 'Escape' ? ['Esc'] : keys;
}
