import { type ChatClient, createChatClient } from '@dream-studio/sdk';

/** Someone without a browser, who acts over HTTP. */
export interface Robot {
  readonly id: number;
  readonly name: string;
  readonly chat: ChatClient;
}

/** Signs in by name: the person of that name in a browser is the same user. */
export async function robot(serverUrl: string, name: string): Promise<Robot> {
  const { token, userId } = await createChatClient({ url: serverUrl }).dev.login({ name });
  return { id: userId, name, chat: createChatClient({ url: serverUrl, token }) };
}
