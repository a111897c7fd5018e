/** Opens a page in the user's browser. */
import { spawn } from 'node:child_process';

/** Whether there is a screen on which a browser could show. */
export function hasDisplay(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): boolean {
  return platform === 'darwin' || platform === 'win32' || Boolean(env['DISPLAY'] || env['WAYLAND_DISPLAY']);
}

/** Does what it can: a browser that cannot be had is no failure, for the address was printed. */
export function openBrowser(url: string, platform: NodeJS.Platform): void {
  const [program, ...args] = opener(platform);
  const child = spawn(program, [...args, url], { stdio: 'ignore', detached: true });
  child.on('error', () => {});
  child.unref();
}

function opener(platform: NodeJS.Platform): [program: string, ...args: string[]] {
  if (platform === 'darwin') return ['open'];
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler'];
  return ['xdg-open'];
}
