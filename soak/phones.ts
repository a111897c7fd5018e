/** A process of phones. Its settings come as its first argument, orders and reports go over IPC. */
import { numberOf } from '../src/core/message/index.ts';
import { FRAME_MS } from '../src/core/rtp/frame.ts';
import type { Invitation } from '../src/core/ua/user-agent.ts';
import { AudioPort } from './audio-port.ts';
import { House } from './house.ts';
import { indexOf, planOf } from './plan.ts';
import type { FromPhones, PhonesSettings, SideReport, ToPhones } from './report.ts';
import { Side } from './side.ts';

const settings = JSON.parse(process.argv[2] ?? '') as PhonesSettings;
const sides = new Set<Side>();
const say = (message: FromPhones): void => void process.send?.(message);

/** Sources of callers and agents tell the call; those of targets do not know it. */
const TARGETS_FROM = 2 ** 31;
let targets = 0;

function seat(port: AudioPort, index: number | undefined): Side {
  port.isOf(index === undefined ? TARGETS_FROM + (targets += 1) : index * 2 + (settings.role === 'agents' ? 1 : 0));
  const plan = index === undefined ? undefined : planOf(settings.seed, index);
  const role = { callers: 'caller', agents: 'agent', targets: 'target' } as const;
  const side: Side = new Side(house, port, { side: role[settings.role], index, plan }, (report: SideReport) => {
    sides.delete(side);
    say({ type: 'side', report });
  });
  sides.add(side);
  return side;
}

function invited(invitation: Invitation): void {
  const named = indexOf(numberOf(invitation.request.head.from.uri));
  const index = settings.role === 'agents' ? named : undefined;
  const port = spare.pop();
  void refill();
  if (!port) return invitation.refuse(503);
  if (settings.role === 'agents' && index === undefined) return invitation.refuse(404);
  seat(port, index).answer(invitation);
}

const house = new House({ transport: settings.transport, port: settings.port, invited });

/** A socket opens later than an invitation has to be taken: a few are kept open. */
const spare: AudioPort[] = [];
const SPARES = 20;

async function refill(): Promise<void> {
  while (spare.length < SPARES) spare.push(await AudioPort.open(house.loss));
}

process.on('message', (order: ToPhones) => {
  if (order.type === 'call') {
    const port = spare.pop();
    void refill();
    if (port) seat(port, order.index).call(settings.trunkPort);
    else say({ type: 'broken', why: 'no audio port is open' });
  } else if (order.type === 'loss') house.loss.set(order.part);
  else {
    for (const side of sides) side.hangUp();
    const look = setInterval(() => {
      if (sides.size > 0) return;
      clearInterval(look);
      say({ type: 'finished' });
    }, 100);
  }
});
process.on('disconnect', () => process.exit());
process.on('uncaughtException', (error) => {
  say({ type: 'broken', why: error.stack ?? String(error) });
  process.exit(1);
});

await house.start();
await refill();
setInterval(() => {
  const now = performance.now();
  for (const side of sides) side.port.tick(now);
}, FRAME_MS / 2);
say({ type: 'ready', port: settings.port });
