import { describe, expect, it } from 'vitest';
import { answerTo, mayWeSend, readSocketSdp, SocketSdp } from '../../../src/renderer/phone/socket-sdp.ts';
import { SoundWays, type SoundWayState } from '../../../src/renderer/phone/sound-way.ts';
import { Origin } from '../../../src/core/sdp/origin.ts';
import { readSocketAudio, socketAudioLines, withSocketCapability } from '../../../src/core/sdp/socket-audio.ts';

function ways(found: boolean[]) {
  const told: SoundWayState[] = [];
  const chosen = new SoundWays(
    (state) => told.push(state),
    async () => found.shift() ?? false,
  );
  return { chosen, told };
}

describe('which way sound goes', () => {
  it('M19: WebRTC where there is a candidate, the WebSocket where there is none, and back with the network', async () => {
    const { chosen, told } = ways([true, false, false, true]);
    await chosen.look();
    await chosen.look();
    await chosen.look();
    await chosen.look();
    expect(told).toEqual([{ way: 'webrtc' }, { way: 'websocket', why: 'no-candidates' }, { way: 'webrtc' }]);
  });

  it('M19: what has failed in a call is not tried in the next one', () => {
    const { chosen } = ways([]);
    expect(chosen.state).toEqual({ way: 'webrtc' });
    chosen.failed('failed');
    expect(chosen.state).toEqual({ way: 'websocket', why: 'failed' });
  });

  it('M19: whoever knows better chooses, and keeps what was chosen', async () => {
    const { chosen } = ways([false]);
    await chosen.look();
    chosen.choose('webrtc');
    expect(chosen.state).toEqual({ way: 'webrtc' });
    expect(chosen.free).toBe(false);
    chosen.choose('websocket');
    expect(chosen.state).toEqual({ way: 'websocket', why: 'chosen' });
    chosen.choose('auto');
    expect(chosen.state).toEqual({ way: 'websocket', why: 'no-candidates' });
  });
});

describe('descriptions of sound over the WebSocket', () => {
  const origin = new Origin('127.0.0.1', 1);

  it('M19: the page reads what the trunk writes', () => {
    const id = '0b5c'.repeat(8);
    const sdp = origin.describe(socketAudioLines(id, 'sendonly'));
    expect(readSocketSdp(sdp)).toEqual({ id, only: true, direction: 'sendonly' });
    const webRtc = origin.describe(['m=audio 9 UDP/TLS/RTP/SAVPF 0', 'a=sendrecv']);
    expect(readSocketSdp(webRtc)).toBeUndefined();
    expect(readSocketSdp(withSocketCapability(webRtc, id))).toEqual({ id, only: false, direction: 'sendrecv' });
  });

  it('M19: the trunk reads what the page writes, and its version counts on', () => {
    const page = new SocketSdp(7);
    const [first, second] = [page.write('sendrecv', true), page.write('sendonly', false)];
    expect(readSocketAudio(first)).toEqual({ ok: true, value: { direction: 'sendrecv' } });
    expect(readSocketAudio(second)).toEqual({ ok: true, value: { direction: 'sendonly' } });
    expect(first).toContain('a=acfg:1 t=1 a=1');
    expect([first, second].map((sdp) => /^o=- 7 (\d+) /m.exec(sdp)?.[1])).toEqual(['1', '2']);
  });

  it.each([
    ['sendrecv', false, 'sendrecv', true],
    ['sendrecv', true, 'sendonly', true],
    ['sendonly', false, 'recvonly', false],
    ['sendonly', true, 'inactive', false],
    ['recvonly', false, 'sendonly', true],
    ['inactive', false, 'inactive', false],
  ] as const)('M19: %s, holding %s, is answered %s', (offered, hold, answer, send) => {
    expect(answerTo(offered, hold)).toBe(answer);
    expect(mayWeSend(offered)).toBe(send);
  });
});
