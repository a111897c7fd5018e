/** Longest wait for sound, in milliseconds; the process has to answer to its sockets within it. */
const LIMIT_MS = 2000;
const STEP_MS = 2;

let spoken = 0;

/** Speaks a payload of its own again and again, until it has come out at the other end. */
export async function soundArrives(
  speak: (payload: Buffer, sequenceNumber: number) => void,
  arrived: (payload: Buffer) => boolean,
): Promise<void> {
  spoken += 1;
  const payload = Buffer.alloc(160, 0x55);
  payload.writeUInt32BE(spoken, 4);
  const end = performance.now() + LIMIT_MS;
  for (let count = 0; performance.now() < end; count += 1) {
    speak(payload, (spoken * 50 + count) & 0xffff);
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
    if (arrived(payload)) return;
  }
  throw new Error(`no sound within ${LIMIT_MS} ms`);
}
