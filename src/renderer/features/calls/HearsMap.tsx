import { useMemo } from 'react';
import { callOfSession, isUp } from '../../store/calls.ts';
import { hearing, SOUND_WORDS, type Hearing, type HearingEdge, type HearingNode } from '../../store/hearing.ts';
import type { Line } from '../../store/line-model.ts';
import { ownSound } from '../../store/sound.ts';
import { useConsole } from '../../store/store.ts';
import { useWidth } from '../../ui/use-width.ts';

/** Pixels: of the dots and lines alone, words stand below them. */
const HEIGHT = 32;
/** From one dot to the next, where there is room. */
const WIDEST_STEP = 150;
const Y = 22;

/** A few dots and lines: who hears whom at this moment, as the trunk's bridge has it. */
export function HearsMap({ line }: { line: Line }) {
  const fresh = useConsole((state) => state.link === 'connected' && state.registration.state !== 'reconnecting');
  const call = useConsole((state) => callOfSession(state.calls, line.id));
  const directory = useConsole((state) => state.directory);
  // Our own session is over, and the trunk has not said so: what it said before is not true any more.
  const overtaken = line.state === 'ended' && isUp(call, line.id);
  const application = useConsole(
    (state) => call !== undefined && state.requests.exchanges.some(({ callId }) => callId === call.id),
  );
  const microphone = useConsole((state) => state.microphone);
  const picture = useMemo(
    () => call && hearing(call, line.id, directory, application, ownSound(line, microphone)),
    [call, line, directory, application, microphone],
  );
  return (
    <figure
      aria-label="Who hears whom"
      className="flex min-h-[76px] shrink-0 items-center gap-x-3 border-t border-line px-3 py-1 max-narrow:flex-col max-narrow:items-stretch"
    >
      <figcaption className="w-16 shrink-0 text-small leading-4 text-muted max-narrow:w-auto">
        Who hears whom
      </figcaption>
      {fresh && !overtaken && picture && picture.nodes.length > 0 ? (
        <Picture picture={picture} />
      ) : (
        <span className="text-muted">{whyNoPicture(line, fresh && !overtaken)}</span>
      )}
    </figure>
  );
}

function whyNoPicture(line: Line, fresh: boolean): string {
  if (!fresh) return 'Unknown: no news from the trunk.';
  if (line.state === 'ended') return 'Nobody: the call is over.';
  return line.answeredAt === undefined ? 'Nobody yet: the call is not answered.' : 'The trunk has not said yet.';
}

function Picture({ picture: { nodes, edges, words } }: { picture: Hearing }) {
  const [ref, room] = useWidth();
  const step = Math.min(WIDEST_STEP, room / nodes.length);
  const width = step * nodes.length;
  return (
    <div ref={ref} className="min-w-0 flex-1">
      {room > 0 && (
        <div aria-hidden="true" style={{ width }}>
          <svg width={width} height={HEIGHT} className="block">
            <defs>
              <marker
                id="hears-arrow"
                viewBox="0 0 8 8"
                refX="7"
                refY="4"
                markerWidth="7"
                markerHeight="7"
                orient="auto-start-reverse"
              >
                <path d="M0 0 8 4 0 8Z" className="fill-ok" />
              </marker>
            </defs>
            {edges.map((edge) => (
              <Edge key={`${edge.a}-${edge.b}`} edge={edge} step={step} />
            ))}
            {nodes.map(({ id, up }, index) => (
              <circle
                key={id}
                cx={x(index, step)}
                cy={Y}
                r={6}
                className={`stroke-2 ${up ? 'fill-text stroke-text' : 'fill-panel stroke-muted'}`}
              />
            ))}
          </svg>
          <div
            className="grid text-center text-small leading-4"
            style={{ gridTemplateColumns: `repeat(${nodes.length}, minmax(0, 1fr))` }}
          >
            {nodes.map((node) => (
              <Label key={node.id} node={node} />
            ))}
          </div>
        </div>
      )}
      <ul className="sr-only">
        {words.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </div>
  );
}

function x(index: number, step: number): number {
  return step / 2 + index * step;
}

/** The arrow points to the one who hears. */
function Edge({ edge: { a, b, aHearsB, bHearsA }, step }: { edge: HearingEdge; step: number }) {
  const [from, to] = [x(a, step) + 12, x(b, step) - 12];
  const bend = b - a > 1 ? `Q ${(from + to) / 2} ${Y - 34} ${to} ${Y - 5}` : `L ${to} ${Y}`;
  return (
    <path
      d={`M ${from} ${b - a > 1 ? Y - 5 : Y} ${bend}`}
      className="fill-none stroke-ok stroke-[1.5]"
      markerEnd={bHearsA ? 'url(#hears-arrow)' : undefined}
      markerStart={aHearsB ? 'url(#hears-arrow)' : undefined}
    />
  );
}

function Label({ node: { label, note, sound, up, you } }: { node: HearingNode }) {
  return (
    <div className="min-w-0 px-0.5">
      <bdi className={`block truncate ${you ? 'font-semibold' : ''}`}>{label}</bdi>
      <p className={note === undefined ? 'text-muted' : 'text-warn'}>
        {note ?? (sound ? `♪ ${SOUND_WORDS[sound]}` : up ? '' : 'ringing')}
      </p>
    </div>
  );
}
