import type { OutboxStorage, StoredMessage } from '../outbox/storage.js';
import type { JoinTabs, Tab } from '../outbox/tabs.js';

/** A storage that several clients share; each answer comes a moment later, and is a copy. */
export const fakeStorage = () => {
  const scopes = new Map<string, Map<string, StoredMessage>>();
  const scopeOf = (scope: string) => {
    const stored = scopes.get(scope) ?? new Map<string, StoredMessage>();
    scopes.set(scope, stored);
    return stored;
  };
  const storage: OutboxStorage = {
    // Not in their order: nobody is promised that.
    load: async (scope) => structuredClone([...scopeOf(scope).values()].reverse()),
    put: async (scope, message) => void scopeOf(scope).set(message.clientId, structuredClone(message)),
    remove: async (scope, clientId) => void scopeOf(scope).delete(clientId),
  };
  const contents = () => [...scopes.values()].flatMap((stored) => [...stored.values()].map(({ content }) => content));
  return { storage, contents };
};

/** Tabs of one browser, without a browser: first come, first leads. What one says the others hear a moment later. */
export const fakeTabs = () => {
  const tabs: Tab[] = [];
  const leaderChanged = (before: Tab | undefined) => {
    if (tabs[0] !== before) tabs[0]?.lead();
  };
  const join: JoinTabs = (_, tab) => {
    const before = tabs[0];
    tabs.push(tab);
    leaderChanged(before);
    return {
      post: (message) => {
        if (!tabs.includes(tab)) return;
        const copy = structuredClone(message);
        for (const other of tabs) if (other !== tab) queueMicrotask(() => tabs.includes(other) && other.receive(copy));
      },
      leave: () => {
        const first = tabs[0];
        if (!tabs.includes(tab)) return;
        tabs.splice(tabs.indexOf(tab), 1);
        leaderChanged(first);
      },
    };
  };
  return { join };
};
