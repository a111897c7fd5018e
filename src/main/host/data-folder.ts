/** Where the platform wants an application's data: records by default. Both shells use the same place. */
import path from 'node:path';

export function dataFolder(platform: NodeJS.Platform, env: NodeJS.ProcessEnv, home: string): string {
  if (platform === 'darwin') return path.join(home, 'Library', 'Application Support', 'Patchcord');
  if (platform === 'win32') {
    return path.win32.join(env['APPDATA'] ?? path.win32.join(home, 'AppData', 'Roaming'), 'Patchcord');
  }
  return path.join(env['XDG_DATA_HOME'] ?? path.join(home, '.local', 'share'), 'patchcord');
}
