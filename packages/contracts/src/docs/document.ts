import type { OperationSpec } from '../define.js';
import { COMMON_ERRORS, type ErrorCode } from '../errors.js';
import { LIMITS, type LimitName } from '../limits.js';
import { operations } from '../table.js';

export interface DocumentOptions {
  /** Describe the operations that are not there in production too. */
  includeDevelopment?: boolean;
}

export const INFO = {
  title: 'Dream Studio Chat',
  version: '1.0.0',
  description:
    'Rooms, messages, presence, typing and calls. The same operations answer over REST, tRPC and Socket.IO. Ids are integers, times ISO 8601 in UTC, absent values null. Fields may be added to an answer.',
  license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
};

/** The rows a document describes. */
export const documentedOperations = ({ includeDevelopment = false }: DocumentOptions): [string, OperationSpec][] =>
  Object.entries<OperationSpec>(operations).filter(([, row]) => includeDevelopment || !row.developmentOnly);

export const nounOf = (name: string): string => name.slice(0, name.indexOf('.'));

/** Every code a row can answer with, its own first. */
export const codesOf = (row: OperationSpec): ErrorCode[] => [...new Set([...row.errors, ...COMMON_ERRORS])];

export const rateLimit = (name: LimitName) => ({ name, ...LIMITS[name] });
