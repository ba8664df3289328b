import type { OperationName } from '@dream-studio/contracts';
import type { Call, CallOptions } from './call.js';
import type { Operations } from './generated/operations.js';
import { groups, routes } from './generated/routes.js';

/** Every operation of the contract as a method that calls it. */
export const createOperations = (call: Call): Operations => {
  const operations: Record<string, Record<string, unknown>> = {};
  for (const name of Object.keys(routes) as OperationName[]) {
    const [noun, verb] = name.split('.') as [keyof typeof groups, string];
    const method = (input: never, options?: CallOptions) => call(name, input, options);
    operations[groups[noun]] = { ...operations[groups[noun]], [verb]: method };
  }
  return operations as unknown as Operations;
};
