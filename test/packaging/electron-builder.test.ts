import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
// The packager's own modules: it has no public entry for validation, and they are CommonJS.
const fromBuilder = createRequire(createRequire(import.meta.url).resolve('electron-builder'));
const { validateConfiguration } = fromBuilder('app-builder-lib/out/util/config/config') as {
  validateConfiguration(config: object, log: object): Promise<void>;
};
const { DebugLogger } = fromBuilder('builder-util') as { DebugLogger: new (enabled: boolean) => object };
const yaml = fromBuilder('js-yaml') as { load(text: string): Record<string, any> };

const config = yaml.load(readFileSync(path.join(root, 'electron-builder.yml'), 'utf8'));

describe('the packager configuration', () => {
  it('is valid for this version of electron-builder', async () => {
    await validateConfiguration(structuredClone(config), new DebugLogger(false));
  });

  it('is really checked: an unknown key fails', async () => {
    const wrong = { ...structuredClone(config), asarr: true };
    await expect(validateConfiguration(wrong, new DebugLogger(false))).rejects.toThrow(/asarr/);
  });

  it('makes the four installers', () => {
    expect([config['mac'].target, config['win'].target, config['linux'].target]).toEqual([
      'dmg',
      'nsis',
      ['AppImage', 'deb'],
    ]);
  });

  it('blows the fuses that would let somebody else run code as this app', () => {
    expect(config['asar']).toBe(true);
    expect(config['electronFuses']).toMatchObject({
      runAsNode: false,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
    });
  });

  it('asks macOS for the microphone, with the reason and the entitlement', () => {
    expect(config['mac'].extendInfo.NSMicrophoneUsageDescription).toMatch(/voice/);
    const entitlements = readFileSync(path.join(root, config['mac'].entitlements), 'utf8');
    expect(entitlements).toContain('com.apple.security.device.audio-input');
  });
});
