import { mutationOptions, type QueryClient } from '@tanstack/react-query';
import type { ChatApi } from './chat-api.js';

/** The newest messages of a room. */
export const messagesQuery = (api: ChatApi, roomId: number) => api.message.list.queryOptions({ roomId, limit: 50 });

/** Posts a message, then has the room's messages loaded again. */
export const sendMessage = (api: ChatApi, queryClient: QueryClient) =>
  mutationOptions({
    ...api.message.create.mutationOptions(),
    onSuccess: (message) => queryClient.invalidateQueries(api.message.list.queryFilter({ roomId: message.roomId })),
  });
