import { expectNoStall } from './part.ts';

/** Does work that goes over sockets, and looks how long each turn of the event loop takes meanwhile. @throws Stall */
export async function watched<T>(work: () => Promise<T>): Promise<T> {
  let stall: Error | undefined;
  let going = true;
  let before = process.threadCpuUsage();
  const look = (): void => {
    try {
      expectNoStall(before);
    } catch (error) {
      stall ??= error as Error;
    }
    before = process.threadCpuUsage();
    if (going) setImmediate(look);
  };
  setImmediate(look);
  try {
    const result = await work();
    if (stall !== undefined) throw stall;
    return result;
  } finally {
    going = false;
  }
}
