import type { AppRouter } from '@dream-studio/contracts';
import type { QueryClient } from '@tanstack/react-query';
import { createTRPCClient, httpBatchLink } from '@trpc/client';
import { createTRPCOptionsProxy } from '@trpc/tanstack-react-query';

export interface ChatApiOptions {
  /** Origin of the chat server. */
  url: string;
  /** A token of the signed-in user, from a route of your own. */
  getToken: () => Promise<string>;
  queryClient: QueryClient;
}

/**
 * The chat server's tRPC procedures as TanStack Query options, typed by the contract: `api.room.list.queryOptions({})`,
 * `api.message.create.mutationOptions()`. No server code is imported, only its type.
 */
export const createChatApi = ({ url, getToken, queryClient }: ChatApiOptions) => {
  const client = createTRPCClient<AppRouter>({
    links: [
      httpBatchLink({
        url: `${url}/trpc`,
        maxItems: 10, // As many as the server takes in one request.
        headers: async () => ({ authorization: `Bearer ${await getToken()}` }),
      }),
    ],
  });
  return createTRPCOptionsProxy<AppRouter>({ client, queryClient });
};

export type ChatApi = ReturnType<typeof createChatApi>;
