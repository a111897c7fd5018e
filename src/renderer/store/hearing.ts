/** Who hears whom, from the trunk's bridge, arranged for drawing. */
import type { CallView, DirectoryEntry } from '../../contract/model.ts';
import { formatNumber } from '../ui/number.ts';
import { callOfSession } from './calls.ts';
import { nameOf } from './directory.ts';
import { BOTH_WAYS, type OwnSound } from './sound.ts';
import type { ConsoleState } from './store.ts';

export interface HearingNode {
  id: string;
  label: string;
  /** A sound that the trunk plays to them. */
  sound?: 'hold-music' | 'ring-back' | 'application';
  /** What keeps them from hearing or from being heard. */
  note?: string;
  you: boolean;
  /** Has answered: only then can anything be heard. */
  up: boolean;
}

export interface HearingEdge {
  a: number;
  b: number;
  /** Who hears whom over it. */
  aHearsB: boolean;
  bHearsA: boolean;
}

export interface Hearing {
  nodes: readonly HearingNode[];
  edges: readonly HearingEdge[];
  /** The same in sentences. */
  words: readonly string[];
}

/** Does this session talk with an application, and with nobody else? Then there is nobody to transfer. */
export function withApplication({ calls, requests }: ConsoleState, sipCallId: string): boolean {
  const call = callOfSession(calls, sipCallId);
  return call !== undefined && isAlone(call) && requests.exchanges.some(({ callId }) => callId === call.id);
}

function isAlone({ legs }: CallView): boolean {
  const [leg, another] = legs.filter(({ state }) => state !== 'ended');
  return leg?.state === 'answered' && another === undefined;
}

/**
 * @param sipCallId of the console's own session, which is "You"
 * @param application one was asked about this call: it speaks to a leg that is alone
 * @param own what our side can hear and say: of that the bridge knows nothing
 */
export function hearing(
  call: CallView,
  sipCallId: string,
  directory: readonly DirectoryEntry[],
  application = false,
  own: OwnSound = BOTH_WAYS,
): Hearing {
  const legs = call.legs.filter((leg) => leg.state !== 'ended');
  const alone = application && isAlone(call) ? 'application' : undefined;
  const nodes = legs.map((leg): HearingNode => {
    const you = leg.sipCallId === sipCallId;
    const played = call.hears.find(
      ({ listener, speaker }) => listener === leg.id && (speaker === 'hold-music' || speaker === 'ring-back'),
    )?.speaker as 'hold-music' | 'ring-back' | undefined;
    const sound = you && !own.hears ? undefined : (played ?? alone);
    const note = you ? own.note : leg.media?.state === 'failed' ? 'no sound' : undefined;
    return {
      id: leg.id,
      label: you ? 'You' : labelOf(leg, directory),
      you,
      up: leg.state === 'answered',
      ...(sound ? { sound } : {}),
      ...(note === undefined ? {} : { note }),
    };
  });
  const hears = (listener: number, speaker: number) =>
    (own.hears || !nodes[listener]!.you) &&
    (own.speaks || !nodes[speaker]!.you) &&
    call.hears.some((edge) => edge.listener === nodes[listener]!.id && edge.speaker === nodes[speaker]!.id);
  const edges: HearingEdge[] = [];
  for (let a = 0; a < nodes.length; a += 1) {
    for (let b = a + 1; b < nodes.length; b += 1) {
      const [aHearsB, bHearsA] = [hears(a, b), hears(b, a)];
      if (aHearsB || bHearsA) edges.push({ a, b, aHearsB, bHearsA });
    }
  }
  const words = nodes.map((node, index) => sentence(node, index, nodes, hears));
  for (const leg of legs) {
    if (leg.sipCallId !== sipCallId && leg.media?.state === 'failed') {
      words.push(`No sound from ${labelOf(leg, directory)}: ${FAR_WORDS[leg.media.why ?? 'lost']}.`);
    }
  }
  return { nodes, edges, words: own.words === undefined ? words : [...words, own.words] };
}

function labelOf(leg: CallView['legs'][number], directory: readonly DirectoryEntry[]): string {
  return nameOf(directory, leg.number) ?? (leg.name || formatNumber(leg.number));
}

/** Why nothing passes between another leg and the trunk. */
const FAR_WORDS = {
  'no-packets': 'their telephone sends nothing',
  'no-candidates': 'their browser has no network address',
  'ice-failed': 'their browser does not reach the trunk',
  'dtls-failed': 'no encryption was agreed with them',
  lost: 'their connection broke off',
} as const;

export const SOUND_WORDS = {
  'hold-music': 'hold music',
  'ring-back': 'ring-back',
  application: 'the application',
} as const satisfies Record<NonNullable<HearingNode['sound']>, string>;

function sentence(
  node: HearingNode,
  index: number,
  nodes: readonly HearingNode[],
  hears: (listener: number, speaker: number) => boolean,
): string {
  const heard = nodes.filter((_, other) => hears(index, other)).map((other) => (other.you ? 'you' : other.label));
  if (node.sound) heard.push(SOUND_WORDS[node.sound]);
  const verb = node.you ? 'hear' : 'hears';
  return `${node.label} ${verb} ${heard.length > 0 ? heard.join(' and ') : 'nobody'}.`;
}
