import type { OperationSpec } from '@dream-studio/contracts';
import type { z } from 'zod';

/**
 * Reads strings of a path or query as what the operation's schema expects. What does not read as that stays a string,
 * for the schema to refuse: the contract itself does not coerce. Keys the schema does not name are left out.
 */
export function inputFromStrings(
  operation: OperationSpec,
  values: Iterable<[string, string]>,
): Record<string, unknown> {
  const grouped = new Map<string, string[]>();
  for (const [key, value] of values) grouped.set(key, [...(grouped.get(key) ?? []), value]);
  const { shape } = operation.input;
  return Object.fromEntries(
    [...grouped].flatMap(([key, strings]) =>
      Object.hasOwn(shape, key) ? [[key, readAs(shape[key] as z.ZodType, strings)]] : [],
    ),
  );
}

function readAs(schema: z.ZodType, strings: string[]): unknown {
  const { type, innerType, element } = schema.def as { type: string; innerType?: z.ZodType; element?: z.ZodType };
  if (innerType) return readAs(innerType, strings);
  if (element) return strings.flatMap((text) => text.split(',')).map((text) => readAs(element, [text]));
  const [first = ''] = strings;
  // Given twice, it is not the one value the schema expects.
  if (strings.length > 1) return strings;
  if (type === 'number' && /^-?\d+(\.\d+)?$/.test(first)) return Number(first);
  if (type === 'boolean' && (first === 'true' || first === 'false')) return first === 'true';
  return first;
}
