/**
 * `/demo`: an application that the trunk brings along, for numbers with `twiml: "demo"`. It shows the whole round of
 * a `<Refer>` without a server of one's own, and checks signatures as any application should.
 */
import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import type { Trunk } from '../../../core/api/trunk.ts';
import { text } from '../exchange.ts';
import { Problem } from '../problem.ts';
import { route, type Route } from '../route.ts';
import { form } from '../twilio/form.ts';
import { choice, dialed, greeting, transferred, type Asked, type DemoPeople, type Person } from './twiml.ts';

/** Path of its voice URL. */
export const demoPath = '/demo/voice';

const Parameters = z.record(z.string(), z.string());

const documents = { voice: greeting, choice, transferred, dialed } as const;

/** They need no token of the trunk: whoever asks learns nothing but the names in the directory. */
export function demoRoutes(trunk: Trunk): Route[] {
  const answer = (write: (asked: Asked, people: DemoPeople) => string, asked: Asked) =>
    text(write(asked, peopleOf(trunk)), 'text/xml; charset=utf-8');
  return Object.entries(documents).flatMap(([name, write]) => {
    const common = { path: `/demo/${name}`, summary: 'A document of the demo application.', open: true, replies: {} };
    return [
      route({
        ...common,
        method: 'POST',
        body: Parameters,
        query: Parameters,
        read: form,
        handle: ({ request, query, body }) => {
          checkSignature(trunk, request, body);
          return answer(write, { ...query, ...body });
        },
      }),
      route({
        ...common,
        method: 'GET',
        query: Parameters,
        handle: ({ request, query }) => {
          checkSignature(trunk, request, {});
          return answer(write, query);
        },
      }),
    ];
  });
}

/** @throws Problem 403, when there is an auth token and the request was not signed with it */
function checkSignature({ account }: Trunk, { headers, url = '' }: IncomingMessage, sent: Asked): void {
  const wanted = account.signature(`http://${headers.host ?? ''}${url}`, Object.entries(sent));
  if (wanted === undefined) return;
  const given = Buffer.from(String(headers['x-twilio-signature'] ?? ''));
  const right = Buffer.from(wanted);
  if (given.length === right.length && timingSafeEqual(given, right)) return;
  throw new Problem('forbidden', 'X-Twilio-Signature is missing or wrong.');
}

/** Somebody who only answers comes before somebody who also calls: a caller cannot be transferred to herself. */
function peopleOf(trunk: Trunk): DemoPeople {
  const parties = trunk.directory().filter(({ kind }) => kind === 'party');
  const first = (behaviour: string): Person | undefined => {
    const able = parties.filter((party) => party.behaviour === behaviour);
    return able.find(({ canCall }) => !canCall) ?? able[0];
  };
  return { answering: first('answer'), busy: first('busy'), domain: trunk.status().domain };
}
