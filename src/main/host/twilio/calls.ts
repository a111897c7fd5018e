/** `/2010-04-01/Accounts/{AccountSid}/Calls`: an API like Twilio's for calls, as far as this trunk can do it. */
import { z } from 'zod';
import { HttpMethod, type TwimlSource } from '../../../nouns/application.ts';
import { TrunkRefusal, type CallResource, type Trunk } from '../../../core/api/trunk.ts';
import { json } from '../exchange.ts';
import { Problem } from '../problem.ts';
import { route, type Route } from '../route.ts';
import { admitAccount } from './admit.ts';
import { callJson, callListJson } from './call-resource.ts';
import { apiVersion, TwilioProblem } from './failure.ts';
import { form } from './form.ts';
import { filtered, Filters } from './filters.ts';

/** Parameters of Twilio's that would change what happens, and that this trunk does nothing about. */
const UNAVAILABLE = [
  'ApplicationSid',
  'AsyncAmd',
  'FallbackUrl',
  'MachineDetection',
  'Record',
  'SendDigits',
  'StatusCallback',
  'TimeLimit',
  'Timeout',
] as const;

const Document = z.object({ Url: z.string().optional(), Twiml: z.string().optional(), Method: HttpMethod.optional() });
const Create = Document.extend({ To: z.string().optional(), From: z.string().optional() }).loose();
const Update = Document.extend({ Status: z.enum(['completed', 'canceled']).optional() }).loose();

/** As people write it; the trunk is more exact about what it takes. */
const NUMBER = /^\+?[\d ().-]{7,25}$/;

const calls = `/${apiVersion}/Accounts/{AccountSid}/Calls`;
const Resource = z.object({ sid: z.string(), status: z.string() }).loose();

export function twilioCallRoutes(trunk: Trunk): Route[] {
  const admit: Route['admit'] = (request, guard) => admitAccount(request, guard, trunk.account);

  /** The path's account, which has to be the only one there is. */
  function checkAccount({ AccountSid }: Readonly<Record<string, string>>): void {
    if (AccountSid !== trunk.account.sid) throw new Problem('not-found', `There is no account ${AccountSid}.`);
  }

  function find(params: Readonly<Record<string, string>>): CallResource {
    checkAccount(params);
    const { CallSid = '' } = params;
    const call = trunk.callResource(CallSid);
    if (!call) throw new Problem('not-found', `There is no call ${CallSid}.`);
    return call;
  }

  return [
    route({
      method: 'POST',
      path: `${calls}.json`,
      summary: "Call somebody and run a document when they answer, as by Twilio's API: To, From, Url or Twiml, Method.",
      admit,
      body: Create,
      read: form,
      replies: { 201: { description: "Twilio's Call resource.", schema: Resource } },
      handle: async ({ params, body }) => {
        checkAccount(params);
        refuseUnavailable(body);
        const { To: to, From: from } = body;
        if (!to) throw new TwilioProblem(21201, "No 'To' number is specified");
        if (!from) throw new TwilioProblem(21213, "No 'From' number is specified");
        if (!NUMBER.test(to) && !/^sips?:/i.test(to))
          throw new TwilioProblem(21211, `Invalid 'To' Phone Number: ${to}`);
        if (!NUMBER.test(from)) throw new TwilioProblem(21212, `Invalid From Number (caller ID): ${from}`);
        const source = sourceOf(body);
        if (!source) throw new TwilioProblem(21205, 'Url parameter is required.');
        return json(
          callJson(await inTheirTerms(() => trunk.placeCall({ to, from, source }), 21217), trunk.account.sid),
          201,
        );
      },
    }),
    route({
      method: 'GET',
      path: `${calls}.json`,
      summary: "Live and ended legs as Twilio's list of calls, newest first.",
      admit,
      query: Filters,
      replies: { 200: { description: '`calls` and where the page lies.', schema: z.object({}).loose() } },
      handle: ({ params, query, request }) => {
        checkAccount(params);
        const { Page: number, PageSize: size } = query;
        const asked = new URL(`http://localhost${request.url ?? ''}`).searchParams;
        const filters = [...asked].filter(([name]) => !['Page', 'PageSize', 'PageToken'].includes(name));
        return json(callListJson(filtered(trunk.callResources(), query), trunk.account.sid, { number, size, filters }));
      },
    }),
    route({
      method: 'GET',
      path: `${calls}/{CallSid}.json`,
      summary: "One leg as Twilio's Call resource.",
      admit,
      replies: { 200: { description: 'The call.', schema: Resource } },
      handle: ({ params }) => json(callJson(find(params), trunk.account.sid)),
    }),
    route({
      method: 'POST',
      path: `${calls}/{CallSid}.json`,
      summary: 'Run other TwiML on a live leg (T1), or end it: Url or Twiml, Method, or Status.',
      admit,
      body: Update,
      read: form,
      replies: { 200: { description: 'The call.', schema: Resource } },
      handle: async ({ params, body }) => {
        const { sid, status, endedAt } = find(params);
        refuseUnavailable(body);
        const source = sourceOf(body);
        const end = body.Status;
        if (endedAt !== undefined) throw notInProgress(end ? 'end' : 'redirect');
        if (end === 'canceled' && status === 'in-progress') {
          throw new TwilioProblem(21220, 'Invalid call state: Call is in-progress. Cannot cancel.');
        }
        if (end && source) throw new TwilioProblem(20001, 'Status and a document exclude each other');
        if (end) await inTheirTerms(() => trunk.endCall(sid, end), 21220);
        else if (source) await inTheirTerms(() => trunk.runTwiml(sid, source), 21220);
        else throw new TwilioProblem(20001, 'One of Url, Twiml and Status is required');
        return json(callJson(find(params), trunk.account.sid));
      },
    }),
  ];
}

function sourceOf({ Url: url, Twiml: xml, Method: method }: z.output<typeof Document>): TwimlSource | undefined {
  if (url && xml) throw new TwilioProblem(20001, 'Url and Twiml exclude each other');
  if (xml) return { xml };
  if (!url) return undefined;
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url))
    throw new TwilioProblem(21205, `Url is not a valid URL: ${url}`);
  return { url, method };
}

function refuseUnavailable(body: Readonly<Record<string, unknown>>): void {
  const found = UNAVAILABLE.find((name) => body[name] !== undefined);
  if (found === 'ApplicationSid')
    throw new TwilioProblem(21218, 'Invalid ApplicationSid: this trunk has no applications');
  if (found) throw new TwilioProblem(20001, `${found} is not available on this trunk`);
}

function notInProgress(what: string): TwilioProblem {
  return new TwilioProblem(21220, `Invalid call state: Call is not in-progress. Cannot ${what}.`);
}

/** @param code of Twilio's for what the trunk refuses to do as things are */
async function inTheirTerms<T>(work: () => Promise<T>, code: number): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof TrunkRefusal && error.code === 'refused') throw new TwilioProblem(code, error.message);
    throw error;
  }
}
