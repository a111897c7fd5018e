import { useMemo } from 'react';
import { callOfSession, isUp } from '../../store/calls.ts';
import { hearing, SOUND_WORDS, type Hearing, type HearingEdge, type HearingNode } from '../../store/hearing.ts';
import type { Line } from '../../store/line-model.ts';
import { ownSound } from '../../store/sound.ts';
import { useConsole } from '../../store/store.ts';

const HEIGHT = 64;
const STEP = 150;
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
    <figure aria-label="Who hears whom" className="flex h-[76px] shrink-0 items-center gap-3 border-t border-line px-3">
      <figcaption className="w-16 shrink-0 text-small leading-4 text-muted">Who hears whom</figcaption>
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
  const width = Math.max(1, nodes.length) * STEP;
  return (
    <>
      <svg aria-hidden="true" viewBox={`0 0 ${width} ${HEIGHT}`} className="h-16 min-w-0" style={{ maxWidth: width }}>
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
          <Edge key={`${edge.a}-${edge.b}`} edge={edge} />
        ))}
        {nodes.map((node, index) => (
          <Node key={node.id} node={node} x={x(index)} />
        ))}
      </svg>
      <ul className="sr-only">
        {words.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </>
  );
}

function x(index: number): number {
  return STEP / 2 + index * STEP;
}

/** The arrow points to the one who hears. */
function Edge({ edge: { a, b, aHearsB, bHearsA } }: { edge: HearingEdge }) {
  const [from, to] = [x(a) + 12, x(b) - 12];
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

function Node({ node, x: cx }: { node: HearingNode; x: number }) {
  return (
    <g>
      <circle
        cx={cx}
        cy={Y}
        r={6}
        className={`stroke-2 ${node.up ? 'fill-text stroke-text' : 'fill-panel stroke-muted'} `}
      />
      <text
        x={cx}
        y={Y + 22}
        textAnchor="middle"
        className={`fill-text text-[12px] ${node.you ? 'font-semibold' : ''}`}
      >
        {clip(node.label)}
      </text>
      <text
        x={cx}
        y={Y + 37}
        textAnchor="middle"
        className={`text-[11px] ${node.note === undefined ? 'fill-muted' : 'fill-warn'}`}
      >
        {node.note ?? (node.sound ? `♪ ${SOUND_WORDS[node.sound]}` : node.up ? '' : 'ringing')}
      </text>
    </g>
  );
}

function clip(label: string): string {
  return label.length > 20 ? `${label.slice(0, 19)}…` : label;
}
