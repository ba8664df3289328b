import { z } from 'zod';

export type Json = { [key: string]: unknown };

/** A JSON Schema of an object. */
export interface ObjectSchema extends Json {
  properties?: Record<string, Json>;
  required?: string[];
}

/**
 * Converts the schemas of one document. What has an id becomes a shared component and a `$ref` to it; on the input
 * side its name ends in `Input`, because the two sides differ where there are defaults.
 *
 * Outputs are left open: fields may be added to an answer, and a client must not refuse them.
 */
export const createSchemas = (target: 'draft-2020-12' | 'draft-7') => {
  const components: Record<string, Json> = {};

  const convert = (schema: z.ZodType, io: 'input' | 'output'): Json => {
    // Wrapped, so that a schema with an id of its own becomes a reference too.
    const converted = z.toJSONSchema(z.object({ value: schema }), {
      target,
      io,
      override: ({ jsonSchema }) => {
        if (io === 'output' && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
        // The format says it; zod's own expression is 300 characters long.
        if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
      },
    });
    const suffix = io === 'input' ? 'Input' : '';
    const text = JSON.stringify(converted).replace(
      /"#\/(?:\$defs|definitions)\/(\w+)"/g,
      `"#/components/schemas/$1${suffix}"`,
    );
    const { properties, $defs, definitions } = JSON.parse(text);
    for (const [id, definition] of Object.entries<Json>($defs ?? definitions ?? {})) {
      components[`${id}${suffix}`] = definition;
    }
    return properties.value;
  };

  return {
    /** All shared components met so far: complete once every schema is converted. */
    components,
    input: (schema: z.ZodObject): ObjectSchema => convert(schema, 'input'),
    output: (schema: z.ZodType): Json => convert(schema, 'output'),
  };
};

export type Schemas = ReturnType<typeof createSchemas>;
