import { LIMITS, TIMES } from '@dream-studio/contracts/limits';
import { createLimiter, type Limiter } from '../limiter.js';
import { createTimers } from './coalesce.js';
import { dispatchEvent, type LiveContext } from './context.js';

/** Said again this often: soon enough that it does not run out, rare enough for the limit on typing. */
const REPEAT_MS = 3_000;
/** Without a further keystroke it has ended. */
const IDLE_MS = 4_000;

/** Ends what others were typing when no news of it comes: the word that it ended may have been lost. */
export const createTypingExpiry = (context: LiveContext) => {
  const timers = createTimers<string>();
  const keyOf = (roomId: number, userId: number) => `${roomId}:${userId}`;

  const start = (roomId: number, userId: number) =>
    timers.start(keyOf(roomId, userId), TIMES.typingMs, () =>
      dispatchEvent(context, 'user:stop_typing', { roomId, userId }),
    );

  context.on('user:typing', ({ roomId, userId }) => start(roomId, userId));
  context.on('user:stop_typing', ({ roomId, userId }) => timers.stop(keyOf(roomId, userId)));

  return {
    /** Who was typing when the room was entered. */
    seen: (roomId: number, userIds: readonly number[]) => {
      for (const userId of userIds) start(roomId, userId);
    },
    clear: timers.clear,
  };
};

export type TypingExpiry = ReturnType<typeof createTypingExpiry>;

export const createTypingLimiter = (): Limiter => createLimiter(LIMITS['user:typing']);

/** Tells a room that this user is typing. Failures do not matter: the next keystroke says it again. */
export const createTypingSignal = (context: LiveContext, roomId: number, limiter: Limiter) => {
  const { typing } = context.operations;
  let saidAt = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const send = (call: Promise<unknown>) => void call.catch(() => {});

  const stopped = () => {
    clearTimeout(timer);
    if (saidAt === 0) return;
    saidAt = 0;
    if (context.isConnected()) send(typing.stop({ roomId }));
  };

  return {
    typing: () => {
      clearTimeout(timer);
      timer = setTimeout(stopped, IDLE_MS);
      if (!context.isConnected() || Date.now() - saidAt < REPEAT_MS || limiter.take() > 0) return;
      saidAt = Date.now();
      send(typing.start({ roomId }));
    },
    stopped,
  };
};
