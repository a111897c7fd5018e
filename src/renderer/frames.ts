/** A window that is not drawn gets no frames: then this soon, in milliseconds. */
const WITHOUT_FRAMES_MS = 250;

/** Runs before the screen is drawn next; once, and soon in a window that is hidden as well. */
export function atNextFrame(run: () => void): void {
  const once = () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    run();
  };
  const frame = requestAnimationFrame(once);
  const timer = setTimeout(once, WITHOUT_FRAMES_MS);
}
