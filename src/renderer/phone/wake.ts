/** Browsers keep a page silent until it is touched: sound is tried again at every touch, and whenever it is needed. */

const SETTLES_MS = 1000;
const GESTURES = ['pointerdown', 'pointerup', 'keydown', 'touchend'] as const;

/** Told at once, and whenever it changes, whether the browser keeps us silent. Ends with the context. */
export function keepAwake(context: AudioContext, tell: (blocked: boolean) => void): void {
  const touched = () => wake(context);
  for (const gesture of GESTURES) window.addEventListener(gesture, touched, { capture: true });
  let told: boolean | undefined;
  const look = () => {
    if (context.state === 'closed') {
      for (const gesture of GESTURES) window.removeEventListener(gesture, touched, { capture: true });
      return;
    }
    const blocked = context.state !== 'running';
    if (blocked === told) return;
    told = blocked;
    tell(blocked);
  };
  context.addEventListener('statechange', look);
  touched();
  // A context that may play says so within a moment, or once the microphone is open: only then is silence a fact.
  setTimeout(look, SETTLES_MS);
}

/** Also starts what other sides say, where the browser did not let it begin. */
export function wake(context: AudioContext): void {
  if (context.state === 'suspended' || (context.state as string) === 'interrupted') {
    context.resume().catch(() => undefined);
  }
  for (const element of document.querySelectorAll<HTMLAudioElement>(
    'audio[data-remote-audio], audio[data-console-audio]',
  )) {
    if (element.paused) element.play().catch(() => undefined);
  }
}
