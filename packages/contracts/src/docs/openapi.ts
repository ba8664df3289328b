import type { OperationSpec, RestRoute } from '../define.js';
import { ERRORS, ErrorBodySchema, type ErrorCode } from '../errors.js';
import { codesOf, type DocumentOptions, documentedOperations, INFO, nounOf, rateLimit } from './document.js';
import { createSchemas, type Json, type ObjectSchema, type Schemas } from './schemas.js';

type RestOperation = OperationSpec & { rest: RestRoute };

const jsonContent = (schema: Json) => ({ content: { 'application/json': { schema } } });

const pathKeys = (path: string) => [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] as string);

/** Where the input goes: path parameters, then the query of a GET or DELETE, or the body of a POST or PATCH. */
const requestOf = ({ method, path }: RestRoute, { properties = {}, required = [] }: ObjectSchema): Json => {
  const inPath = pathKeys(path);
  const others = Object.keys(properties).filter((key) => !inPath.includes(key));
  const parameter = (key: string, place: 'path' | 'query') => ({
    name: key,
    in: place,
    required: place === 'path' || required.includes(key),
    schema: properties[key],
  });
  const parameters = inPath.map((key) => parameter(key, 'path'));
  if (method === 'GET' || method === 'DELETE') {
    return { parameters: [...parameters, ...others.map((key) => parameter(key, 'query'))] };
  }
  if (others.length === 0) return { parameters };
  const needed = required.filter((key) => others.includes(key));
  const schema = {
    type: 'object',
    properties: Object.fromEntries(others.map((key) => [key, properties[key]])),
    ...(needed.length > 0 && { required: needed }),
  };
  return { parameters, requestBody: { required: needed.length > 0, ...jsonContent(schema) } };
};

/** One answer for the codes of one HTTP status. */
const errorResponse = (codes: ErrorCode[], error: Json): Json => ({
  description: codes.map((code) => `\`${code}\`: ${ERRORS[code].text}`).join('; '),
  ...(codes.includes('RATE_LIMITED') && {
    headers: { 'Retry-After': { description: 'Seconds to wait', schema: { type: 'integer', minimum: 1 } } },
  }),
  ...jsonContent({
    type: 'object',
    properties: { error: { allOf: [error, { type: 'object', properties: { code: { enum: codes } } }] } },
    required: ['error'],
  }),
});

const successResponses = ({ input, output, rest }: RestOperation, schemas: Schemas): Json => {
  const content = jsonContent(schemas.output(output));
  if (rest.status !== 201) return { 200: { description: 'Done', ...content } };
  return {
    ...('clientId' in input.shape && { 200: { description: 'The original, for a known `clientId`', ...content } }),
    201: { description: 'Created', ...content },
  };
};

/** Shared responses, named by their codes. */
const createErrorResponses = (error: Json) => {
  const components: Record<string, Json> = {};
  return {
    components,
    of: (row: OperationSpec): Json => {
      // Whoever calls may be banned.
      const codes = [...new Set([...codesOf(row), 'FORBIDDEN' as const])];
      const statuses = [...new Set(codes.map((code) => ERRORS[code].http))];
      return Object.fromEntries(
        statuses.map((status) => {
          const same = codes.filter((code) => ERRORS[code].http === status).sort();
          const name = same.join('_or_');
          components[name] ??= errorResponse(same, error);
          return [status, { $ref: `#/components/responses/${name}` }];
        }),
      );
    },
  };
};

const HEALTH = {
  '/healthz': {
    get: {
      operationId: 'healthz',
      tags: ['server'],
      summary: 'Whether the process is up.',
      security: [],
      responses: { 200: { description: 'Up' } },
    },
  },
  '/readyz': {
    get: {
      operationId: 'readyz',
      tags: ['server'],
      summary: 'Whether calls can be taken now.',
      security: [],
      responses: { 200: { description: 'Ready' }, 503: { description: 'Not ready, or draining' } },
    },
  },
};

/** The REST side of the operation table as an OpenAPI 3.1 document. */
export const openApiDocument = (options: DocumentOptions = {}): object => {
  const schemas = createSchemas('draft-2020-12');
  const errors = createErrorResponses(schemas.output(ErrorBodySchema));
  const paths: Record<string, Json> = {};

  for (const [name, row] of documentedOperations(options)) {
    const { rest } = row;
    if (!rest) continue;
    const operation = {
      operationId: name,
      tags: [nounOf(name)],
      summary: row.summary,
      ...(row.auth.rule === 'anyone' && { security: [] }),
      ...(row.service && { 'x-service-tokens': true }),
      ...requestOf(rest, schemas.input(row.input)),
      responses: { ...successResponses({ ...row, rest }, schemas), ...errors.of(row) },
      'x-rate-limit': rateLimit(row.limit),
    };
    paths[rest.path] = { ...paths[rest.path], [rest.method.toLowerCase()]: operation };
  }

  return {
    openapi: '3.1.0',
    info: INFO,
    servers: [{ url: '/' }],
    security: [{ bearerAuth: [] }],
    paths: { ...paths, ...HEALTH },
    components: {
      schemas: schemas.components,
      responses: errors.components,
      securitySchemes: { bearerAuth: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  };
};
