import { ChatError, isChatError } from '@dream-studio/sdk';
import { type Session, sessionReplaced } from './session.store';
import { callApi } from './session-api';

/**
 * What the SDK gets its tokens from: this browser's session, as the server knows it. Rejects with `UNAUTHENTICATED` when
 * that is over. A token of somebody who has signed in since is not for this page: it is rendered anew instead.
 */
export const createGetToken = (session: Session, onUnauthorized: () => void) => async (): Promise<string> => {
  const answer = await callApi<{ token: string; userId: number }>('GET', '/api/chat-token').catch((error: unknown) => {
    if (isChatError(error, 'UNAUTHENTICATED')) onUnauthorized();
    throw error;
  });
  if (answer.userId === session.userId) return answer.token;
  sessionReplaced();
  throw new ChatError({ code: 'UNAVAILABLE', message: 'Somebody else has signed in', retryable: true });
};
