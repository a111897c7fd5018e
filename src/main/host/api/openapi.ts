/** `/api/openapi.json`: the document of the control API, written from the routes and their schemas. */
import { z } from 'zod';
import { json } from '../exchange.ts';
import { route, type ReplyDoc, type Route } from '../route.ts';

const Failure = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

/** Adds the route of the document to the routes that it describes. */
export function withOpenApi(routes: readonly Route[], version: string): Route[] {
  const document: Route = route({
    method: 'GET',
    path: '/api/openapi.json',
    summary: 'This document.',
    open: true,
    replies: { 200: { description: 'OpenAPI 3.1.' } },
    handle: () => json(openApi([...routes, document], version)),
  });
  return [...routes, document];
}

function openApi(routes: readonly Route[], version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const each of routes) (paths[each.path] ??= {})[each.method.toLowerCase()] = operation(each);
  return {
    openapi: '3.1.0',
    info: { title: 'Patchcord control API', version },
    security: [{ token: [] }],
    paths,
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
  };
}

function operation({ path, summary, open, body, query, replies }: Route): object {
  const parameters = [
    ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
      name,
      in: 'path',
      required: true,
      schema: { type: 'string' },
    })),
    ...queryParameters(query),
  ];
  const answers = Object.entries(replies).map(([status, reply]) => [status, answer(reply)]);
  return {
    summary,
    ...(open === true ? { security: [] } : {}),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body ? { requestBody: { required: true, ...content({ schema: body }, 'input') } } : {}),
    responses: {
      ...Object.fromEntries(answers),
      default: answer({ description: 'Why it was not done.', schema: Failure }),
    },
  };
}

function queryParameters(query: z.ZodType | undefined): object[] {
  if (!query) return [];
  const { properties = {}, required = [] } = z.toJSONSchema(query, { io: 'input' });
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
}

function answer(reply: ReplyDoc): object {
  return { description: reply.description, ...content(reply, 'output') };
}

function content({ type, schema }: Pick<ReplyDoc, 'type' | 'schema'>, io: 'input' | 'output'): object {
  if (!schema) return type === undefined ? {} : { content: { [type]: {} } };
  const { $schema: _, ...plain } = z.toJSONSchema(schema, { io });
  return { content: { [type ?? 'application/json']: { schema: plain } } };
}
