/** The browser's title, icon and notifications. */
import type { AlertIcon } from './alert.ts';
import type { AlertPage } from './watch.ts';

/** A cord with two plugs; while it rings a bell's dot, after missed calls an amber one. */
const DOTS: Readonly<Record<AlertIcon, string>> = {
  plain: '',
  ringing: '<circle cx="24" cy="8" r="8" fill="#c4261d"/>',
  missed: '<circle cx="24" cy="8" r="8" fill="#d98200"/>',
};

function iconUrl(icon: AlertIcon): string {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#1b55c4"/><path d="M9 24v-5a7 7 0 0 1 14 0v5" fill="none" stroke="#fff" stroke-width="3"/><path d="M6 22h6v6H6zM20 22h6v6h-6z" fill="#fff"/>${DOTS[icon]}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

export const browserPage: AlertPage = {
  setTitle: (title) => {
    document.title = title;
  },
  setIcon: (icon) => {
    const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
    if (link) link.href = iconUrl(icon);
  },
  watched: () => document.visibilityState === 'visible' && document.hasFocus(),
  onWatched: (listener) => {
    window.addEventListener('focus', listener);
    window.addEventListener('blur', listener);
    document.addEventListener('visibilitychange', listener);
    return () => {
      window.removeEventListener('focus', listener);
      window.removeEventListener('blur', listener);
      document.removeEventListener('visibilitychange', listener);
    };
  },
  notify: ({ lineId, title, body }, clicked) => {
    if (notificationPermission() !== 'granted') return undefined;
    // The ring is the console's own.
    const notification = new Notification(title, {
      body,
      tag: `patchcord-${lineId}`,
      requireInteraction: true,
      silent: true,
      icon: iconUrl('ringing'),
    });
    notification.addEventListener('click', () => {
      notification.close();
      clicked();
    });
    return notification;
  },
  show: () => window.focus(),
};

export function notificationPermission(): NotificationPermission | 'unsupported' {
  return 'Notification' in window ? Notification.permission : 'unsupported';
}
