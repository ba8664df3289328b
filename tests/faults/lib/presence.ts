import { createChatClient } from '@dream-studio/sdk';
import { openTab } from './tab.js';
import { until } from './wait.js';
import type { World } from './world.js';

/** What each node says of who is there. */
export interface PresenceWatch {
  /** Waits until each node knows of everyone; returns how long that took, in milliseconds. */
  untilWhole(): Promise<number>;
  /** Users of whom a watcher was told that they went. */
  gone(): number[];
  close(): void;
}

/** Watches at each node. Resolves when each knows of all readers, writers and watchers. */
export async function watchPresence({ nodes, login, readers, writers, roomId }: World): Promise<PresenceWatch> {
  const logins = await Promise.all(nodes.map(({ url }) => login(url)));
  const tabs = await Promise.all(logins.map(openTab));
  const chats = logins.map(createChatClient);
  const wanted = readers.length + writers.length + tabs.length;
  const untilWhole = () =>
    until(`each node knows ${wanted} online`, async () => {
      const lists = await Promise.all(chats.map((chat) => chat.presence.list({ roomId })));
      return lists.every(({ onlineCount }) => onlineCount === wanted);
    });
  await untilWhole();
  return {
    untilWhole,
    gone: () => tabs.flatMap(({ seen }) => seen.flatMap(({ event, userId }) => (event === 'offline' ? [userId] : []))),
    close() {
      for (const tab of tabs) tab.close();
    },
  };
}
