import { describe, expect, test } from 'vitest';
import { events, type OperationSpec, operations } from '../index.js';
import { asyncApiDocument, openApiDocument } from './index.js';

// biome-ignore lint/suspicious/noExplicitAny: documents are plain JSON
type Document = any;

const openapi: Document = openApiDocument();
const asyncapi: Document = asyncApiDocument();
const rows = Object.entries<OperationSpec>(operations);
const inProduction = rows.filter(([, row]) => !row.developmentOnly);

const resolveRef = (document: Document, ref: string): unknown =>
  ref
    .slice(2)
    .split('/')
    .reduce((value, key) => value?.[key.replace(/~1/g, '/').replace(/~0/g, '~')], document);

const refsOf = (document: Document) =>
  [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref]) => ref);

test.each([
  ['OpenAPI', openapi],
  ['AsyncAPI', asyncapi],
])('every reference of the %s document leads somewhere', (_, document) => {
  for (const ref of refsOf(document)) expect(resolveRef(document, ref as string), ref).toBeDefined();
});

describe('OpenAPI', () => {
  const documented = Object.values<Document>(openapi.paths).flatMap((path) => Object.values<Document>(path));
  const byId = Object.fromEntries(documented.map((operation) => [operation.operationId, operation]));

  test('describes each REST operation of production, and health', () => {
    const expected = inProduction.filter(([, row]) => row.rest).map(([name]) => name);
    expect(Object.keys(byId).sort()).toEqual([...expected, 'healthz', 'readyz'].sort());
    expect(JSON.stringify(openApiDocument({ includeDevelopment: true }))).toContain('/dev/login');
  });

  test('a path parameter is no part of the body', () => {
    const { parameters, requestBody } = byId['message.create'];
    expect(parameters.map((parameter: Document) => parameter.name)).toEqual(['roomId']);
    const { schema } = requestBody.content['application/json'];
    expect(Object.keys(schema.properties)).toEqual(['content', 'type', 'fileUrl', 'clientId']);
    expect(schema.required).toEqual(['content']);
  });

  test('a GET and a DELETE take the rest of their input from the query', () => {
    const query = byId['presence.list'].parameters.find((parameter: Document) => parameter.name === 'userIds');
    expect(query).toMatchObject({ in: 'query', required: false, schema: { type: 'array' } });
    for (const path of Object.values<Document>(openapi.paths)) {
      expect(path.get?.requestBody ?? path.delete?.requestBody).toBeUndefined();
    }
  });

  test('a create answers 201, and 200 with the original where a clientId can repeat it', () => {
    expect(Object.keys(byId['message.create'].responses)).toEqual(expect.arrayContaining(['200', '201']));
    expect(byId['room.create'].responses).not.toHaveProperty('200');
    expect(byId['room.get'].responses).not.toHaveProperty('201');
  });

  test('each failure is documented under its status, with the codes of the row, and that of a ban', () => {
    const { 403: forbidden, 429: limited } = byId['room.update'].responses;
    const codes = (response: Document) =>
      (resolveRef(openapi, response.$ref) as Document).content['application/json'].schema.properties.error.allOf[1]
        .properties.code.enum;
    expect(codes(forbidden)).toEqual(['FORBIDDEN', 'NOT_A_MEMBER']);
    expect(codes(byId['room.get'].responses[403])).toEqual(['FORBIDDEN', 'NOT_A_MEMBER']);
    expect(codes(byId['room.list'].responses[403])).toEqual(['FORBIDDEN']);
    expect(resolveRef(openapi, limited.$ref)).toHaveProperty(['headers', 'Retry-After']);
  });

  test('only what anyone may call goes without a token', () => {
    const { paths }: Document = openApiDocument({ includeDevelopment: true });
    expect(openapi.security).toEqual([{ bearerAuth: [] }]);
    expect(paths['/dev/login'].post.security).toEqual([]);
    expect(byId['room.list'].security).toBeUndefined();
  });

  test('answers are open to fields added later', () => {
    expect(JSON.stringify(openapi)).not.toContain('"additionalProperties":false');
  });
});

describe('AsyncAPI', () => {
  test('each client event of the table is a request with its acknowledgement as reply', () => {
    for (const [name, row] of inProduction) {
      const action = asyncapi.operations[name];
      expect(action !== undefined, name).toBe(row.socket !== undefined);
      if (!action) continue;
      const [request] = action.messages;
      const [ack] = action.reply.messages;
      expect((resolveRef(asyncapi, request.$ref) as Document).name).toBe(row.socket);
      const [success, failure] = (resolveRef(asyncapi, ack.$ref) as Document).payload.oneOf;
      expect(success.properties.ok.const).toBe(true);
      expect(failure.properties.error.allOf[1].properties.code.enum).toEqual(expect.arrayContaining([...row.errors]));
    }
  });

  test('each event of the table is sent, and `error` with two arguments', () => {
    const sent = Object.values<Document>(asyncapi.operations).filter(({ action }) => action === 'send');
    const names = sent.map(({ messages: [message] }) => (resolveRef(asyncapi, message.$ref) as Document).name);
    expect(names).toEqual([...Object.keys(events), 'error']);
    expect(asyncapi.channels.chat.messages.error.payload.items).toHaveLength(2);
  });

  test('both namespaces and the handshake are there', () => {
    expect(asyncapi.channels.chat.parameters.namespace.enum).toEqual(['/', '/chat']);
    expect(asyncapi.components.schemas.Handshake.required).toEqual(['token', 'userId']);
  });
});
