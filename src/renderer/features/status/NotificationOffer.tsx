import { useState } from 'react';
import { notificationPermission } from '../../alerts/page.ts';
import { useConsole } from '../../store/store.ts';
import { Button } from '../../ui/Button.tsx';

/** Between calls, and with the reason beside it: may the window say who calls while one looks elsewhere? */
export function NotificationOffer() {
  const [permission, setPermission] = useState(notificationPermission);
  const declined = useConsole((state) => state.notificationsDeclined);
  const decline = useConsole((state) => state.declineNotifications);
  const attempt = useConsole((state) => state.attempt);
  if (permission !== 'default' || declined) return null;
  const ask = async () => setPermission(await Notification.requestPermission());
  return (
    <div className="mt-2 flex flex-col items-center gap-2 border-t border-line pt-3">
      <p>While you look at another window, a notification can say who calls. A click on it brings you here.</p>
      <p className="flex gap-2">
        <Button onClick={() => void attempt(ask())}>Notify me of calls</Button>
        <Button look="quiet" onClick={decline}>
          Not here
        </Button>
      </p>
    </div>
  );
}
