import { type ChatClient, isChatError, type Output } from '@dream-studio/sdk';

/** A socket may show 128 rooms; the oldest make way long before. */
const ENTERED_MAX = 100;
const RETRY_MS = 2_000;

type Entered = Output<'room.enter'>;

/**
 * Which rooms send their events to this client. Each is entered once: the SDK enters them again after a reconnect.
 */
export function createEnteredRooms(chat: ChatClient, onEntered: (entered: Entered) => void) {
  const entered = new Map<number, Promise<void>>();
  const retries = new Set<ReturnType<typeof setTimeout>>();

  const retryLater = (roomId: number, delayMs: number) => {
    const timer = setTimeout(() => {
      retries.delete(timer);
      void enter(roomId);
    }, delayMs);
    retries.add(timer);
  };

  const run = async (roomId: number) => {
    try {
      onEntered(await chat.rooms.enter({ roomId, keepPrevious: true }));
    } catch (error) {
      entered.delete(roomId);
      // A limit passes. Without a connection it is the next one that enters.
      const worthIt = isChatError(error) && error.retryable && chat.state === 'connected';
      if (worthIt) retryLater(roomId, error.retryAfterMs ?? RETRY_MS);
    }
  };

  const enter = (roomId: number): Promise<void> => {
    const existing = entered.get(roomId);
    if (existing) return existing;
    const [oldest] = entered.keys();
    if (entered.size >= ENTERED_MAX && oldest !== undefined) exit(oldest);
    const entering = run(roomId);
    entered.set(roomId, entering);
    return entering;
  };

  const exit = (roomId: number) => {
    entered.delete(roomId);
    chat.rooms.exit({ roomId }).catch(() => undefined);
  };

  return {
    /** Resolves when the room's events follow, or when that did not work; never rejects. */
    enter,
    has: (roomId: number) => entered.has(roomId),
    ids: () => [...entered.keys()],
    /** The room is no longer ours: the server has cut us from it. */
    forget: (roomId: number) => entered.delete(roomId),
    stop: () => retries.forEach(clearTimeout),
  };
}

export type EnteredRooms = ReturnType<typeof createEnteredRooms>;
