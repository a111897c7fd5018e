/** `/api/openapi.json`: the document of the control API, written from the routes and their schemas. */
import { z } from 'zod';
import { json, type Reply } from '../exchange.ts';
import { route, type BodyReader, type ReplyDoc, type Route } from '../route.ts';

const Failure = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

/** Adds the route of the document to the routes that it describes. It is written once, for whoever asks first. */
export function withOpenApi(routes: readonly Route[], version: string): Route[] {
  let written: Reply | undefined;
  const document: Route = route({
    method: 'GET',
    path: '/api/openapi.json',
    summary: 'This document.',
    replies: { 200: { description: 'OpenAPI 3.1.' } },
    handle: () => (written ??= json(openApi([...routes, document], version))),
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
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' }, account: { type: 'http', scheme: 'basic' } },
    },
  };
}

function operation({ path, summary, open, admit, body, read, query, replies }: Route): object {
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
    ...(admit ? { security: [{ account: [] }, { token: [] }] } : {}),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body ? { requestBody: { required: true, ...requestContent(body, read) } } : {}),
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
  return { description: reply.description, ...content(reply) };
}

function requestContent(schema: z.ZodType, read: BodyReader | undefined): object {
  const types = Object.entries(read?.types ?? { 'application/json': 'schema' });
  const described = (as: string) => (as === 'text' ? { type: 'string' } : jsonSchema(schema, 'input'));
  return { content: Object.fromEntries(types.map(([type, as]) => [type, { schema: described(as) }])) };
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): object {
  const { $schema: _, ...plain } = z.toJSONSchema(schema, { io });
  return plain;
}

function content({ type, schema }: Pick<ReplyDoc, 'type' | 'schema'>): object {
  if (!schema) return type === undefined ? {} : { content: { [type]: {} } };
  return { content: { [type ?? 'application/json']: { schema: jsonSchema(schema, 'output') } } };
}
