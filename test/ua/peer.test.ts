/** Whom a session talks to: where requests to them go, and which requests are theirs. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Dialog } from '../../src/core/dialog/dialog.ts';
import { isSipUri, parseUri } from '../../src/core/message/index.ts';
import { literalHop, type Arrival, type Hop } from '../../src/core/transport/index.ts';
import { Peer, type Whereabouts } from '../../src/core/ua/peer.ts';
import type { Binding } from '../../src/core/ua/registrar-bindings.ts';

let names: Map<string, Hop>;
let bindings: Map<string, Binding[]>;
let allowed: (addresses: readonly string[]) => boolean;

beforeEach(() => {
  names = new Map();
  bindings = new Map();
  allowed = () => false;
});

const where: Whereabouts = {
  locate: (uri) => (isSipUri(uri) ? (literalHop(uri) ?? names.get(uri.host)) : undefined),
  locateAll: async () => [],
  bindingsOf: (aor) => bindings.get(aor) ?? [],
  mayLead: (_, addresses) => allowed(addresses),
};

const dialog = (remoteTarget: string, ...routeSet: string[]): Dialog => ({
  callId: 'c',
  localTag: 'a',
  remoteTag: 'b',
  local: '<sip:a@b>',
  remote: '<sip:c@d>',
  localSeq: 1,
  remoteSeq: undefined,
  remoteTarget,
  routeSet,
});

const arrivalFrom = (host: string, port = 5060, flow?: string): Arrival => ({
  transport: flow === undefined ? 'UDP' : 'TCP',
  remote: { host, port },
  local: { host: '192.0.2.1', port: 5060 },
  ...(flow === undefined ? {} : { flow }),
});

const caller = (host: string, aor?: string) =>
  Peer.caller(where, arrivalFrom(host, 40_000), { aor, staysOnFlow: true });
const callee = (host: string, others: Hop[] = [], aor?: string) =>
  Peer.callee(where, { transport: 'UDP', host, port: 5060, ...(others.length > 0 ? { others } : {}) }, aor);

function binding(aor: string, contact: string, host: string, port: number, verified = true): Binding {
  const uri = parseUri(contact);
  if (!uri.ok || !isSipUri(uri.value)) throw new Error(contact);
  const hop: Hop = { transport: 'UDP', host, port };
  const rest = { direct: undefined, q: undefined, expiresAt: 1, callId: 'c', seq: 1, instance: undefined };
  return { aor, uri: uri.value, contact, target: contact, hop, source: hop, verified, ...rest };
}

const at = (hop: Hop | undefined) => hop && `${hop.transport} ${hop.host}:${hop.port}`;

describe('W16: requests in a dialog', () => {
  it.each([
    // Whoever is in the internet leads to the internet alone.
    ['198.51.100.1', 'sip:x@8.8.8.8:5080', 'UDP 8.8.8.8:5080'],
    ['8.8.4.4', 'sip:x@8.8.4.4:6000;transport=tcp', 'TCP 8.8.4.4:6000'],
    ['8.8.4.4', 'sip:x@127.0.0.1:39843;transport=tcp', 'UDP 8.8.4.4:40000'],
    ['8.8.4.4', 'sip:x@localhost:39843;transport=tcp', 'UDP 8.8.4.4:40000'],
    ['8.8.4.4', 'sip:x@[::ffff:7f00:1]:39843', 'UDP 8.8.4.4:40000'],
    ['8.8.4.4', 'sip:x@192.168.1.20', 'UDP 8.8.4.4:40000'],
    ['8.8.4.4', 'sip:x@169.254.169.254:80;transport=tcp', 'UDP 8.8.4.4:40000'],
    ['8.8.4.4', 'sip:x@224.0.0.1', 'UDP 8.8.4.4:40000'],
    ['8.8.4.4', 'sip:x@inside.test', 'UDP 8.8.4.4:40000'],
    // In a private network there are private addresses, but not this machine's own.
    ['192.168.1.7', 'sip:x@10.0.0.5:5062', 'UDP 10.0.0.5:5062'],
    ['192.168.1.7', 'sip:x@127.0.0.1:39843;transport=tcp', 'UDP 192.168.1.7:40000'],
    ['192.168.1.7', 'sip:x@0.0.0.0:39843;transport=tcp', 'UDP 192.168.1.7:40000'],
    // On one machine everything is near.
    ['127.0.0.1', 'sip:x@127.0.0.1:5080', 'UDP 127.0.0.1:5080'],
    ['127.0.0.1', 'sip:x@192.168.1.20', 'UDP 192.168.1.20:5060'],
  ])('to a peer at %s with Contact %s go to %s', (host, contact, hop) => {
    names.set('inside.test', { transport: 'UDP', host: '10.0.0.9', port: 5060 });
    expect(at(caller(host).hop(dialog(contact)))).toBe(hop);
    expect(at(caller(host).hop(dialog('sip:x@8.8.8.8', `<${contact};lr>`)))).toBe(hop);
  });

  it('go where the configuration leads', () => {
    allowed = (addresses) => addresses.join() === '10.0.0.5';
    expect(at(caller('8.8.4.4').hop(dialog('sip:x@10.0.0.5')))).toBe('UDP 10.0.0.5:5060');
    expect(at(caller('8.8.4.4').hop(dialog('sip:x@10.0.0.6')))).toBe('UDP 8.8.4.4:40000');
  });

  it('stay at the host that we called, though it is private', () => {
    expect(
      at(callee('8.8.4.4', [{ transport: 'UDP', host: '10.0.0.2', port: 5060 }]).hop(dialog('sip:x@10.0.0.2:7000'))),
    ).toBe('UDP 10.0.0.2:7000');
  });

  it('wait for a name that has not been looked up, and go back to the source when it is not found', async () => {
    const peer = caller('8.8.4.4');
    expect(peer.hop(dialog('sip:x@laptop.invalid'))).toBeUndefined();
    expect(at(await peer.located(dialog('sip:x@laptop.invalid')))).toBe('UDP 8.8.4.4:40000');
  });
});

describe('W17: a peer that has registered', () => {
  const contact = 'sip:victim@192.168.1.20:5060';

  it('is reached where it is registered now, whatever others have registered', () => {
    bindings.set('victim', [binding('victim', contact, '8.8.4.4', 40_001)]);
    bindings.set('stranger', [binding('stranger', contact, '9.9.9.9', 666)]);
    for (const peer of [caller('8.8.4.4', 'victim'), callee('8.8.4.4', [], 'victim')]) {
      expect(at(peer.hop(dialog(contact)))).toBe('UDP 8.8.4.4:40001');
    }
    bindings.set('victim', [binding('victim', contact, '8.8.4.4', 50_002)]);
    expect(at(callee('8.8.4.4', [], 'victim').hop(dialog(contact)))).toBe('UDP 8.8.4.4:50002');
  });

  it('that nobody knows is reached where its request came from', () => {
    bindings.set('stranger', [binding('stranger', contact, '9.9.9.9', 666)]);
    expect(at(caller('8.8.4.4').hop(dialog(contact)))).toBe('UDP 8.8.4.4:40000');
  });
});

describe('W18: the addresses of one peer', () => {
  it('are those of its name, of its Contact and Record-Route, and where it has registered', () => {
    const second: Hop = { transport: 'UDP', host: '8.8.4.5', port: 5060 };
    names.set('edge.provider.test', {
      transport: 'UDP',
      host: '8.8.4.6',
      port: 5060,
      others: [{ ...second, host: '8.8.4.7' }],
    });
    bindings.set('desk', [binding('desk', 'sip:desk@8.8.4.8', '8.8.4.8', 5060)]);
    const peer = callee('8.8.4.4', [second], 'desk');
    const talk = dialog('sip:x@8.8.4.9', '<sip:edge.provider.test;lr>');
    const own = ['8.8.4.4', '8.8.4.5', '8.8.4.6', '8.8.4.7', '8.8.4.8', '8.8.4.9'];
    expect(own.filter((host) => peer.isAt(arrivalFrom(host), talk))).toEqual(own);
    expect(peer.isAt(arrivalFrom('8.8.4.10'), talk)).toBe(false);
  });
});

describe('W20: the place of a registration', () => {
  it.each<[string, boolean, Arrival, boolean]>([
    ['with its password, from there', true, arrivalFrom('8.8.4.4', 40_001), true],
    ['with its password, from another port', true, arrivalFrom('8.8.4.4', 40_002), false],
    ['with its password, over a connection', true, arrivalFrom('8.8.4.4', 40_001, 'tcp7'), false],
    ['without a password, from there', false, arrivalFrom('8.8.4.4', 40_001), false],
  ])('%s', (_, verified, arrival, trusted) => {
    bindings.set('desk', [binding('desk', 'sip:desk@10.0.0.1', '8.8.4.4', 40_001, verified)]);
    expect(callee('8.8.4.4', [], 'desk').hasRegisteredFrom(arrival)).toBe(trusted);
    expect(callee('8.8.4.4').hasRegisteredFrom(arrival)).toBe(false);
  });
});
