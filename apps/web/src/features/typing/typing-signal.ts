import type { ChatClient } from '@dream-studio/sdk';

/** Said again this often: soon enough that it does not run out, rare enough for the limit of 30 a minute. */
const REPEAT_MS = 3_000;

/** Tells a room that this user is typing. Failures do not matter: the next keystroke says it again. */
export function createTypingSignal(chat: ChatClient, roomId: number) {
  let saidAt = 0;
  const send = (call: Promise<unknown>) => void call.catch(() => undefined);
  return {
    typing() {
      if (chat.state !== 'connected' || Date.now() - saidAt < REPEAT_MS) return;
      saidAt = Date.now();
      send(chat.typing.start({ roomId }));
    },
    stopped() {
      if (saidAt === 0) return;
      saidAt = 0;
      if (chat.state === 'connected') send(chat.typing.stop({ roomId }));
    },
  };
}
