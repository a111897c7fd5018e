import { ProtectionProfileAes128CmHmacSha1_80, RtpHeader, SrtpSession } from 'werift';
import { describe, expect, it } from 'vitest';
import { mendRollover } from '../../src/core/gateway/rollover.ts';

const ends = (): [SrtpSession, SrtpSession] => {
  const [key, salt, otherKey, otherSalt] = [16, 14, 16, 14].map((length, index) => Buffer.alloc(length, index + 1));
  const profile = ProtectionProfileAes128CmHmacSha1_80;
  const session = (keys: (Buffer | undefined)[]): SrtpSession => {
    const [localMasterKey, localMasterSalt, remoteMasterKey, remoteMasterSalt] = keys as Buffer[];
    const made = new SrtpSession({
      keys: { localMasterKey, localMasterSalt, remoteMasterKey, remoteMasterSalt } as never,
      profile,
    });
    mendRollover(made);
    return made;
  };
  return [session([key, salt, otherKey, otherSalt]), session([otherKey, otherSalt, key, salt])];
};

const payload = Buffer.alloc(160, 0xff);
const encrypt = (session: SrtpSession, number: number): Buffer =>
  session.encrypt(payload, new RtpHeader({ sequenceNumber: number & 0xffff, timestamp: 0, ssrc: 7, payloadType: 0 }));

describe('encrypted sound', () => {
  it('W1: is understood for eight hours, although every wrap of the numbers falls into two seconds of loss', () => {
    const [from, to] = ends();
    // The numbers of eight hours, of which every 150th packet arrives.
    for (let number = 300; number < 1_440_000; number += 150) {
      const packet = encrypt(from, number);
      expect(to.decrypt(packet).subarray(12)).toEqual(payload);
    }
  });

  it('W1: survives a wrap that is skipped by the sender as well, and late packets from before it', () => {
    const [from, to] = ends();
    const numbers = [
      65_300,
      65_301,
      65_536 + 120,
      65_536 + 121,
      65_310,
      65_536 + 122,
      131_072 + 30,
      131_071,
      131_072 + 31,
    ];
    for (const number of numbers) expect(to.decrypt(encrypt(from, number)).subarray(12)).toEqual(payload);
  });
});
