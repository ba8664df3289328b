import { ReplyError } from 'ioredis';

/**
 * Whether Redis has said no, as one does that takes no writes for want of memory or of replicas: it is there all the same,
 * and the other nodes are heard over it.
 */
export const isRefusal = (error: unknown): boolean => error instanceof ReplyError && !isReadOnly(error as Error);

/**
 * Whether it was a replica that answered: the primary is another server since a failover. In the answer to a script the
 * word does not come first.
 */
export const isReadOnly = (error: Error): boolean => error.message.includes('READONLY ');
