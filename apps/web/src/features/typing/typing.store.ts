import { type ChatClient, TIMES } from '@dream-studio/sdk';
import { createStore } from '@/lib/store';

export type TypingStore = ReturnType<typeof createTypingStore>;

const NOBODY: readonly number[] = [];

/** Who else is typing, by room. An indication ends by itself when no news of it comes. */
export function createTypingStore(chat: ChatClient, userId: number) {
  const state = createStore<Readonly<Record<number, readonly number[]>>>({});
  const timers = new Map<string, ReturnType<typeof setTimeout>>();

  const stop = (roomId: number, typist: number) => {
    const key = `${roomId}:${typist}`;
    clearTimeout(timers.get(key));
    if (!timers.delete(key)) return;
    state.set((rooms) => ({ ...rooms, [roomId]: (rooms[roomId] ?? NOBODY).filter((id) => id !== typist) }));
  };

  const start = (roomId: number, typist: number) => {
    if (typist === userId) return;
    const key = `${roomId}:${typist}`;
    if (!timers.has(key)) state.set((rooms) => ({ ...rooms, [roomId]: [...(rooms[roomId] ?? NOBODY), typist] }));
    clearTimeout(timers.get(key));
    timers.set(
      key,
      setTimeout(() => stop(roomId, typist), TIMES.typingMs),
    );
  };

  const clear = () => {
    for (const timer of timers.values()) clearTimeout(timer);
    timers.clear();
    state.set(() => ({}));
  };

  return {
    state,
    seen: (roomId: number, typists: readonly number[]) => {
      for (const typist of typists) start(roomId, typist);
    },
    clear,
    listen: () => [
      chat.on('user:typing', (e) => start(e.roomId, e.userId)),
      chat.on('user:stop_typing', (e) => stop(e.roomId, e.userId)),
      chat.on('message:new', (message) => stop(message.roomId, message.senderId)),
      clear,
    ],
  };
}
