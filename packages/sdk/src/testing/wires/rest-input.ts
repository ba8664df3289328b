import type { OperationSpec } from '@dream-studio/contracts';

type Schema = OperationSpec['input']['shape'][string];

/**
 * Reads strings of a path or query as what the operation's schema expects. What does not read as that stays a string,
 * for the schema to refuse. Keys the schema does not name are left out.
 */
export function inputFromStrings(
  operation: OperationSpec,
  values: Iterable<readonly [string, string]>,
): Record<string, unknown> {
  const grouped = new Map<string, string[]>();
  for (const [key, value] of values) grouped.set(key, [...(grouped.get(key) ?? []), value]);
  const { shape } = operation.input;
  return Object.fromEntries(
    [...grouped].flatMap(([key, strings]) =>
      Object.hasOwn(shape, key) ? [[key, readAs(shape[key] as Schema, strings)]] : [],
    ),
  );
}

function readAs(schema: Schema, strings: string[]): unknown {
  const { type, innerType, element } = schema._zod.def as { type: string; innerType?: Schema; element?: Schema };
  if (innerType) return readAs(innerType, strings);
  if (element) return strings.flatMap((text) => text.split(',')).map((text) => readAs(element, [text]));
  const [first = ''] = strings;
  // Given twice, it is not the one value the schema expects.
  if (strings.length > 1) return strings;
  if (type === 'number' && /^-?\d+(\.\d+)?$/.test(first)) return Number(first);
  if (type === 'boolean' && (first === 'true' || first === 'false')) return first === 'true';
  return first;
}
