import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ChatApi } from './chat-api.js';
import { messagesQuery, sendMessage } from './messages.js';

/** A room's messages, and a line to write one; below a `QueryClientProvider`. */
export function Room({ api, roomId }: { api: ChatApi; roomId: number }) {
  const messages = useQuery({ ...messagesQuery(api, roomId), refetchInterval: 5_000 });
  const send = useMutation(sendMessage(api, useQueryClient()));
  if (messages.isPending) return <p>Loading</p>;
  // The server's own error is under `data.error`: a closed set of codes.
  if (messages.isError) return <p role="alert">{messages.error.data?.error.code ?? messages.error.message}</p>;
  return (
    <form action={(form) => send.mutate({ roomId, content: String(form.get('text')) })}>
      {messages.data.items.toReversed().map(({ id, sender, content }) => (
        <p key={id}>{`${sender.name}: ${content}`}</p>
      ))}
      <input name="text" disabled={send.isPending} required />
      {send.error && <p role="alert">{send.error.message}</p>}
    </form>
  );
}
