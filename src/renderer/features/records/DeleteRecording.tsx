/** Deletes the recording of a leg, after a question: there is no way back. */
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useConsole } from '../../store/store.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';

export function DeleteRecording({ recordId }: { readonly recordId: string }) {
  const send = useConsole((console) => console.send);
  const attempt = useConsole((console) => console.attempt);
  const [asking, setAsking] = useState(false);
  const confirmed = (): void => {
    setAsking(false);
    void attempt(send('recording.delete', { recordId }));
  };
  return (
    <>
      <IconButton
        label="Delete the recording"
        icon={<Trash2 aria-hidden="true" size={16} />}
        onClick={() => setAsking(true)}
      />
      <Dialog
        open={asking}
        title="Delete this recording?"
        description="The sound is deleted from the disk and cannot be brought back. The record and its ladder stay."
        onClose={() => setAsking(false)}
      >
        <div className="flex flex-wrap justify-end gap-2">
          <Button look="primary" shortcut="Esc" autoFocus onClick={() => setAsking(false)}>
            Keep it
          </Button>
          <Button look="danger" onClick={confirmed}>
            Delete
          </Button>
        </div>
      </Dialog>
    </>
  );
}
