/**
 * A double of Electron for tests of the built bundles. What crosses a process or world boundary is cloned as
 * Electron clones it, the preload script runs in a context of its own with what a sandbox lets it have, and
 * settings that would open the app are refused.
 */
import { EventEmitter, once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import vm from 'node:vm';

type Listener = (...args: any[]) => any;

/** An event that its listeners may forbid. */
class Preventable {
  defaultPrevented = false;
  readonly url: string;

  constructor(url = '') {
    this.url = url;
  }

  preventDefault(): void {
    this.defaultPrevented = true;
  }
}

export interface ElectronOptions {
  /** Whether this is the first instance. */
  first?: boolean;
}

export function createElectron({ first = true }: ElectronOptions = {}) {
  const ipcHandlers = new Map<string, Listener>();
  const schemes = new Map<string, (request: Request) => Promise<Response>>();
  const privileged: object[] = [];
  const windows: WindowDouble[] = [];
  const errorBoxes: Array<[title: string, text: string]> = [];
  const questions: Array<{ message: string; buttons: string[]; answer: (response: number) => void }> = [];
  const permissions: { request?: Listener; check?: Listener } = {};
  const appended: string[] = [];
  const powerMonitor = new EventEmitter();
  let ready = false;
  let exit: ((status: number) => void) | undefined;
  /** Resolves with the exit status. */
  const exited = new Promise<number>((resolve) => {
    exit = resolve;
  });

  const app = Object.assign(new EventEmitter(), {
    isPackaged: false,
    commandLine: {
      // Chromium has read its command line by the time the app is ready: a later switch would do nothing.
      appendSwitch(name: string, value?: string) {
        if (ready) throw new Error(`The switch ${name} comes too late.`);
        appended.push(value === undefined ? name : `${name}=${value}`);
      },
    },
    requestSingleInstanceLock: () => first,
    // Electron is ready only after the main module has run.
    whenReady: () =>
      new Promise<void>((resolve) => {
        setImmediate(() => {
          ready = true;
          resolve();
        });
      }),
    quit() {
      // A page that wants to stay cancels it.
      for (const window of windows) if (!window.isDestroyed() && !window.leaves('close')) return;
      for (const window of windows) if (!window.isDestroyed()) window.destroy();
      const event = new Preventable();
      app.emit('will-quit', event);
      if (!event.defaultPrevented) exit?.(0);
    },
    exit: (status: number) => exit?.(status),
  });

  class WindowDouble extends EventEmitter {
    readonly options: Record<string, any>;
    readonly webContents: any;
    /** What the page sees on `window`. */
    readonly world: Record<string, any> = {};
    page: Response | undefined;
    shown = false;
    /** The page has something to lose, and says so before it goes. */
    guarded = false;
    reloads = 0;
    focused = false;
    #destroyed = false;
    #open: Listener | undefined;

    constructor(options: Record<string, any>) {
      super();
      const { sandbox, contextIsolation, nodeIntegration } = options['webPreferences'];
      if (sandbox !== true || contextIsolation !== true || nodeIntegration !== false) {
        throw new Error('This window would give its page too much.');
      }
      this.options = options;
      this.webContents = Object.assign(new EventEmitter(), {
        mainFrame: { url: '' },
        isDestroyed: () => this.#destroyed,
        reload: () => {
          if (!this.leaves('reload')) return;
          this.reloads += 1;
          this.webContents.emit('did-finish-load');
        },
        setWindowOpenHandler: (handler: Listener) => {
          this.#open = handler;
        },
        send: (channel: string, ...args: unknown[]) => {
          if (this.#destroyed) throw new TypeError('Object has been destroyed');
          this.#ipc.emit(channel, { sender: this.#ipc, ports: [] }, ...args.map((arg) => structuredClone(arg)));
        },
      });
      windows.push(this);
      app.emit('web-contents-created', {}, this.webContents);
    }

    readonly #ipc = Object.assign(new EventEmitter(), {
      invoke: (channel: string, ...args: unknown[]) => this.invoke(channel, args, this.webContents.mainFrame),
    });

    /** A message from one of the window's frames. */
    async invoke(channel: string, args: unknown[], senderFrame: object | null): Promise<unknown> {
      const handler = ipcHandlers.get(channel);
      if (!handler) throw new Error(`Error invoking remote method '${channel}': No handler registered`);
      try {
        const event = { sender: this.webContents, senderFrame };
        return structuredClone(await handler(event, ...args.map((arg) => structuredClone(arg))));
      } catch (error) {
        throw new Error(`Error invoking remote method '${channel}': ${String(error)}`, { cause: error });
      }
    }

    async loadURL(url: string): Promise<void> {
      this.webContents.mainFrame.url = url;
      this.#runPreload();
      this.page = await fetchScheme(url);
      if (!this.page.ok) throw new Error(`ERR_FAILED loading ${url}`);
      this.emit('ready-to-show');
      this.webContents.emit('did-finish-load');
    }

    #runPreload(): void {
      const electron = {
        contextBridge: {
          exposeInMainWorld: (key: string, value: unknown) => {
            this.world[key] = bridged(value);
          },
        },
        ipcRenderer: this.#ipc,
      };
      const allowed = new Set(['events', 'timers', 'url', 'node:events', 'node:timers', 'node:url']);
      const require = (name: string): unknown => {
        if (name === 'electron') return electron;
        if (allowed.has(name)) return createRequire(import.meta.url)(name);
        throw new Error(`module not found: ${name}`);
      };
      const module = { exports: {} };
      const context = vm.createContext({ require, module, exports: module.exports, console });
      const file: string = this.options['webPreferences'].preload;
      vm.runInContext(readFileSync(file, 'utf8'), context, { filename: file });
    }

    /** Whether the page may go there. */
    mayNavigate(url: string, by: 'will-navigate' | 'will-redirect' = 'will-navigate'): boolean {
      const event = new Preventable(url);
      this.webContents.emit(by, event);
      return !event.defaultPrevented;
    }

    mayEmbed(): boolean {
      const event = new Preventable();
      this.webContents.emit('will-attach-webview', event);
      return !event.defaultPrevented;
    }

    mayOpen(url: string): boolean {
      return this.#open?.({ url }).action !== 'deny';
    }

    isDestroyed(): boolean {
      return this.#destroyed;
    }

    destroy(): void {
      this.#destroyed = true;
      this.emit('closed');
    }

    /** Whether the page may go away: `beforeunload`, and what the app says to it. */
    leaves(why: 'close' | 'reload'): boolean {
      if (why === 'close') this.emit('close', new Preventable());
      if (!this.guarded) return true;
      const event = new Preventable();
      this.webContents.emit('will-prevent-unload', event);
      return event.defaultPrevented;
    }

    close(): void {
      if (!this.leaves('close')) return;
      this.destroy();
      if (windows.every((window) => window.isDestroyed())) app.emit('window-all-closed');
    }

    show(): void {
      this.shown = true;
    }

    focus(): void {
      this.focused = true;
    }

    isMinimized(): boolean {
      return false;
    }
  }

  async function fetchScheme(url: string, method = 'GET'): Promise<Response> {
    const handler = schemes.get(new URL(url).protocol.slice(0, -1));
    if (!handler) throw new Error(`ERR_UNKNOWN_URL_SCHEME loading ${url}`);
    // Not a real Request: that one refuses to be made for a scheme it does not know.
    return handler({ url, method } as Request);
  }

  return {
    /** What `import … from 'electron'` gives. */
    module: {
      app,
      BrowserWindow: WindowDouble,
      ipcMain: {
        handle(channel: string, handler: Listener) {
          if (ipcHandlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`);
          ipcHandlers.set(channel, handler);
        },
        removeHandler: (channel: string) => void ipcHandlers.delete(channel),
      },
      protocol: {
        registerSchemesAsPrivileged: (all: object[]) => void privileged.push(...all),
        handle: (scheme: string, handler: (request: Request) => Promise<Response>) => void schemes.set(scheme, handler),
      },
      session: {
        defaultSession: {
          setPermissionRequestHandler: (handler: Listener) => {
            permissions.request = handler;
          },
          setPermissionCheckHandler: (handler: Listener) => {
            permissions.check = handler;
          },
        },
      },
      powerMonitor,
      dialog: {
        showErrorBox: (title: string, text: string) => void errorBoxes.push([title, text]),
        showMessageBox: (_window: unknown, { message, buttons }: { message: string; buttons: string[] }) => {
          const { promise, resolve } = Promise.withResolvers<{ response: number }>();
          questions.push({ message, buttons, answer: (response) => resolve({ response }) });
          return promise;
        },
      },
    },
    app,
    powerMonitor,
    windows,
    privileged,
    /** Switches that the app gave Chromium. */
    appended,
    errorBoxes,
    /** What the app asked, to be answered by the index of a button. */
    questions,
    exited,
    fetchScheme,
    /** The first window, once its page has loaded. */
    async window(): Promise<WindowDouble> {
      while (windows.length === 0) await new Promise(setImmediate);
      const [window] = windows;
      if (!window) throw new Error('no window');
      if (!window.page) await once(window.webContents, 'did-finish-load');
      return window;
    },
    /** What the app answers when a page asks for a permission. */
    grants: (permission: string, details: object): Promise<boolean> =>
      new Promise((resolve) => permissions.request?.({}, permission, resolve, details)),
    checks: (permission: string, origin: string, details: object): boolean =>
      permissions.check?.({}, permission, origin, details),
  };
}

/** The context bridge: functions become proxies, plain objects frozen copies, all else is cloned. */
function bridged(value: unknown): unknown {
  if (typeof value === 'function') {
    return (...args: unknown[]) => {
      const result: unknown = value(...args.map(bridged));
      return isPromise(result) ? Promise.resolve(result).then(bridged) : bridged(result);
    };
  }
  if (Array.isArray(value) || !isPlain(value)) return structuredClone(value);
  return Object.freeze(Object.fromEntries(Object.entries(value).map(([key, each]) => [key, bridged(each)])));
}

/** Also of another context, whose classes are not ours. */
function isPlain(value: unknown): value is object {
  if (value === null || typeof value !== 'object') return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return value !== null && typeof value === 'object' && 'then' in value && typeof value.then === 'function';
}
