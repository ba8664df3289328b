import { ReplyError } from 'ioredis';

/**
 * Whether Redis has said no, as one does that takes no writes for want of memory or of replicas: it is there all the same,
 * and the other nodes are heard over it.
 */
export const isRefusal = (error: unknown): boolean => error instanceof ReplyError;
