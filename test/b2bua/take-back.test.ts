/** W6: a console whose connection is gone has half a minute to take its calls back. */
import { describe, expect, it } from 'vitest';
import type { Leg } from '../../src/core/b2bua/leg.ts';
import { BILLING, CALLER, DOMAIN, LINE, plainUser, ringing, type RingingPhone } from '../support/exchange.ts';
import { refer, startScene, type Scene } from '../support/scene.ts';

/** The endpoint is the console here; a caller is on its line. */
async function talking(): Promise<{ at: Scene; phone: RingingPhone; leg: Leg; caller: string[] }> {
  const at = await startScene();
  Object.assign(at.board.options, {
    admit: ({ arrival }: { arrival: { remote: { host: string } } }) => ({
      role: arrival.remote.host === at.endpoint.hop.host ? 'console' : 'caller',
    }),
  });
  const route = at.board.options.route;
  Object.assign(at.board.options, {
    route: (number: string) => {
      const found = route(number);
      if (number !== LINE || !found) return found;
      return { ...found, destinations: found.destinations.map((each) => ({ ...each, role: 'console' as const })) };
    },
  });
  const phone = ringing(at.clock, 100);
  at.phones.set(LINE, phone.phone);
  const { events: caller } = at.dial(at.caller, LINE);
  await at.run(500);
  const leg = [...at.board.calls.values()][0]?.legs[1];
  if (!leg) throw new Error('there is no leg to the console');
  return { at, phone, leg, caller };
}

/** The connection is gone, and nothing else leads to the console. */
function lose(leg: Leg): void {
  const { session } = leg;
  if (!session) throw new Error('no session');
  Object.assign(session, { hop: () => undefined });
  session.flowLost(5000);
}

const view = (at: Scene) => [...at.pictures.values()][0];
const hears = (at: Scene) => view(at)?.hears.map(({ speaker }) => speaker);

function takeBack(at: Scene, replaces: string, from = at.endpoint) {
  const events: string[] = [];
  const placement = {
    uri: `sip:${CALLER}@${DOMAIN}`,
    from: `<sip:console@${DOMAIN}>`,
    to: `<sip:${CALLER}@${DOMAIN}>`,
    hop: at.trunk.hop,
    sdp: 'sendrecv',
    headers: [['Replaces', replaces]] as [string, string][],
  };
  const session = from.ua.invite(placement, plainUser(events));
  return { session, events };
}

/** What the console's old windows still hold is of no interest. */
async function clean(at: Scene): Promise<void> {
  for (const { ua } of [at.caller, at.endpoint, at.party]) for (const session of ua.sessions) session.hangUp();
  await at.run(70_000);
}

describe('W6: a console whose connection is gone', () => {
  it('keeps its call for 30 s, in which the caller hears music; then the call ends with a cause of its own', async () => {
    const { at, leg, caller } = await talking();
    lose(leg);
    await at.run(29_500);
    expect(hears(at)).toEqual(['hold-music']);
    const { orphan } = view(at)?.legs[1] ?? {};
    expect((orphan?.until ?? 0) - (orphan?.since ?? 0)).toBe(30_000);
    expect(caller).toEqual(['progressed 180', 'answered']);
    await at.run(1000);
    expect(caller.at(-1)).toBe('ended remote');
    expect(at.network.sent.findLast(({ startLine }) => startLine.startsWith('BYE'))?.text).toContain(
      'Reason: SIP;cause=480;text="The console did not come back"',
    );
    expect(at.records.map(({ end }) => [end?.result, end?.endedBy, end?.hangup.name])).toEqual([
      ['peer-lost', 'endpoint', 'abnormal_hangup_due_to_reinvite'],
    ]);
    await clean(at);
  });

  it('takes it back by INVITE with Replaces: the same leg, the same record, other media', async () => {
    const { at, leg, caller } = await talking();
    const before = leg.media;
    lose(leg);
    await at.run(8000);
    const { events, session } = takeBack(at, view(at)?.legs[1]?.orphan?.replaces ?? '');
    await at.run(500);
    expect(events).toEqual(['answered']);
    expect(view(at)?.legs).toHaveLength(2);
    expect(view(at)?.legs[1]).toMatchObject({ id: leg.id, state: 'answered', sipCallId: session.callId });
    expect(view(at)?.legs[1]?.orphan).toBeUndefined();
    expect(hears(at)).toEqual([leg.id, view(at)?.legs[0]?.id]);
    expect(before).toMatchObject({ closed: true });
    expect(
      at.tracer.ladder(view(at)?.id ?? '')?.messages.filter(({ sipCallId }) => sipCallId === session.callId),
    ).not.toEqual([]);
    // It lives on past the half minute, and ends as any other.
    await at.run(60_000);
    expect(caller.at(-1)).toBe('answered');
    session.hangUp();
    await at.run(500);
    expect(caller.at(-1)).toBe('ended remote');
    expect(at.summary()).toEqual(['original answered endpoint 3000']);
    await clean(at);
  });

  it('is pressed keys by INFO in the media that it has now, and watched there', async () => {
    const { at, leg } = await talking();
    const info = (): void => {
      at.board.calls.get(view(at)?.id ?? '')?.legs[0]?.session?.user.pressed?.({ key: '5', durationMs: 100 });
    };
    info();
    await at.run(500);
    lose(leg);
    await at.run(1000);
    at.media.connection = { state: 'connecting', why: 'ice-failed' };
    takeBack(at, view(at)?.legs[1]?.orphan?.replaces ?? '');
    await at.run(500);
    const now = at.media.sessions.at(-1);
    expect(leg.media).toBe(now);
    expect(view(at)?.legs[1]?.media).toEqual({ state: 'connecting' });
    now?.connect({ state: 'connected' });
    expect(view(at)?.legs[1]?.media).toEqual({ state: 'connected' });
    info();
    await at.run(500);
    expect(now?.said?.kind).toBe('dtmf');
    await clean(at);
  });

  it('is the only one who may, and only then: 481 to others and afterwards, 501 while it is there', async () => {
    const { at, leg } = await talking();
    const own = `${leg.session?.callId};to-tag=${leg.session?.localTag};from-tag=${leg.session?.dialog?.remoteTag}`;
    const ask = async (replaces: string, from = at.endpoint) => {
      const { events } = takeBack(at, replaces, from);
      await at.run(300);
      return events;
    };
    expect(await ask(own)).toEqual(['failed 501']);
    lose(leg);
    await at.run(1000);
    expect(await ask(own, at.party)).toEqual(['failed 481']);
    expect(await ask(own.replace(/from-tag=.*/, 'from-tag=wrong'))).toEqual(['failed 481']);
    // Two windows at once: one has it.
    const [first, second] = [takeBack(at, own), takeBack(at, own)];
    await at.run(500);
    expect([...first.events, ...second.events].toSorted()).toEqual(['answered', 'failed 481']);
    expect(await ask(own)).toEqual(['failed 481']);
    expect(at.board.calls.size).toBe(1);
    await clean(at);
  });

  it('may lose its connection again, also while it takes the call back', async () => {
    const { at, leg, caller } = await talking();
    for (let times = 0; times < 3; times++) {
      lose(leg);
      await at.run(20_000);
      expect(takeBack(at, view(at)?.legs[1]?.orphan?.replaces ?? '').events).toEqual([]);
      await at.run(500);
      expect(view(at)?.legs[1]?.orphan).toBeUndefined();
    }
    lose(leg);
    await at.run(31_000);
    expect(caller.at(-1)).toBe('ended remote');
    await clean(at);
  });

  it('is offered its call again when the caller hangs up: no more, and nothing is left', async () => {
    const { at, leg } = await talking();
    lose(leg);
    await at.run(1000);
    for (const session of at.caller.ua.sessions) session.hangUp();
    await at.run(40_000);
    expect(at.board.calls.size).toBe(0);
    expect(at.summary()).toEqual(['original answered caller 3000']);
    await clean(at);
  });

  it('has its transfer go on: the target answers, and the leg that waits is let go', async () => {
    const { at, phone, leg, caller } = await talking();
    at.phones.set(BILLING, ringing(at.clock, 6000).phone);
    refer(phone.session!);
    await at.run(1000);
    lose(leg);
    await at.run(2000);
    expect(hears(at)).toContain('ring-back');
    await at.run(10_000);
    const picture = view(at);
    expect(picture?.transfers[0]?.state).toBe('succeeded');
    expect(picture?.legs.find(({ id }) => id === leg.id)?.state).toBe('ended');
    expect(caller.at(-1)).toBe('answered');
    expect(picture?.state).toBe('answered');
    await clean(at);
  });

  it('has the caller back when its transfer fails meanwhile', async () => {
    const { at, phone, leg } = await talking();
    at.phones.set(BILLING, (invitation) => {
      const session = invitation.take(plainUser([]));
      session.incoming?.progress(180);
      at.clock.after(3000, () => session.incoming?.reject(486));
    });
    refer(phone.session!);
    await at.run(1000);
    lose(leg);
    await at.run(6000);
    expect(view(at)?.transfers[0]?.state).toBe('failed');
    expect(hears(at)).toEqual(['hold-music']);
    const { events } = takeBack(at, view(at)?.legs.find(({ id }) => id === leg.id)?.orphan?.replaces ?? '');
    await at.run(500);
    expect(events).toEqual(['answered']);
    await clean(at);
  });
});
