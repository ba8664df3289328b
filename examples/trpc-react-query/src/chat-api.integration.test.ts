import { MutationObserver, QueryClient, QueryObserver } from '@tanstack/react-query';
import { TRPCClientError } from '@trpc/client';
import { expect, onTestFinished, test } from 'vitest';
import { PATIENCE_MS, startTestApp } from '../../../apps/server/src/test/app.js';
import { createChatApi } from './chat-api.js';
import { messagesQuery, sendMessage } from './messages.js';

async function startChatApi() {
  const app = await startTestApp();
  onTestFinished(() => app.close());
  const owner = await app.client('Ann', { offline: true });
  const room = await owner.rooms.create({ name: 'Tea' });
  const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  onTestFinished(() => queryClient.clear());
  const api = createChatApi({ url: app.url, getToken: async () => owner.token, queryClient });
  return { api, queryClient, room };
}

test('a room is listed, and its messages are loaded again after one is sent', async () => {
  const { api, queryClient, room } = await startChatApi();
  const { items } = await queryClient.fetchQuery(api.room.list.queryOptions({}));
  expect(items.map(({ name }) => name)).toEqual(['Tea']);

  const shown = new QueryObserver(queryClient, messagesQuery(api, room.id));
  onTestFinished(shown.subscribe(() => undefined));
  await expect.poll(() => shown.getCurrentResult().data?.items, { timeout: PATIENCE_MS }).toEqual([]);
  const sent = await new MutationObserver(queryClient, sendMessage(api, queryClient)).mutate({
    roomId: room.id,
    content: 'Hello!',
  });
  expect(sent).toMatchObject({ content: 'Hello!', sender: { name: 'Ann' } });
  await expect.poll(() => shown.getCurrentResult().data?.items, { timeout: PATIENCE_MS }).toEqual([sent]);
});

test("a failure has the server's error body", async () => {
  const { api, queryClient, room } = await startChatApi();
  const error = await queryClient.fetchQuery(messagesQuery(api, room.id + 1)).catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(TRPCClientError);
  expect((error as TRPCClientError<never>).data).toMatchObject({ error: { code: 'NOT_A_MEMBER', retryable: false } });
});
