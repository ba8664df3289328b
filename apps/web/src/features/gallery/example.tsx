'use client';

import { type ChatClient, createChatClient } from '@dream-studio/sdk';
import { createTestServer, type TestServer } from '@dream-studio/sdk/testing';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { ClientProvider } from '@/features/workspace/workspace-context';
import { Frame, type FrameSize } from './frame';
import { PEOPLE, type Person } from './people';

/** A small world: a chat server of its own, and one person's client on it. */
export interface Scene {
  readonly server: TestServer;
  readonly chat: ChatClient;
  readonly me: Person;
  /** What `seed` returned; 0 when there is no room to show. */
  readonly roomId: number;
}

/** A component in one state, on the SDK's test double. */
export interface Situation {
  title: string;
  size?: FrameSize;
  /** Of the frame, in pixels. */
  height?: number;
  /** Ann when absent. */
  me?: Person;
  /** Fills the server before the client connects; returns the room to show. */
  seed?: (server: TestServer) => number | undefined;
  /** In place of the client as it is made. */
  client?: (chat: ChatClient) => ChatClient;
  show: (scene: Scene) => ReactNode;
  /** What happens once it is shown; the example is ready when it resolves. */
  play?: (scene: Scene, frame: Document) => unknown;
}

/**
 * The server's clock stands still, so that what is under way stays so: someone types on, a message is on its way for
 * ever.
 */
function createScene({ me = PEOPLE.ann, seed, client = (chat) => chat }: Situation): Scene {
  const server = createTestServer({ users: Object.values(PEOPLE), clock: 'manual', limitFactor: 100 });
  const roomId = seed?.(server) ?? 0;
  return { server, me, roomId, chat: client(createChatClient(server.connectAs(me))) };
}

export function Example(situation: Situation) {
  const { title, size = 'desktop', height, show, play } = situation;
  const [scene] = useState(() => createScene(situation));
  const [ready, setReady] = useState(false);
  return (
    <figure data-testid="example" data-example={title} data-ready={ready} className="min-w-0 max-w-full">
      <figcaption className="mb-2 text-sm font-medium text-ink-soft">{title}</figcaption>
      <section
        aria-label={`Frame of ${title}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: scrolls by keyboard where it is wider than the page
        tabIndex={0}
        className="max-w-full overflow-x-auto pb-2 focus-visible:-outline-offset-2"
      >
        <Frame title={title} size={size} height={height}>
          {(frame) => (
            <ClientProvider client={scene.chat} me={scene.me}>
              {show(scene)}
              <Play play={() => play?.(scene, frame)} onPlayed={() => setReady(true)} />
            </ClientProvider>
          )}
        </Frame>
      </section>
    </figure>
  );
}

/** Once, though React mounts twice in development. */
function Play({ play, onPlayed }: { play: () => unknown; onPlayed: () => void }) {
  const started = useRef(false);
  useEffect(() => {
    if (started.current) return;
    started.current = true;
    void Promise.resolve(play()).then(onPlayed);
  });
  return null;
}

export function Examples({ of }: { of: readonly Situation[] }) {
  return (
    <div className="flex flex-wrap gap-x-8 gap-y-4">
      {of.map((situation) => (
        <Example key={situation.title} {...situation} />
      ))}
    </div>
  );
}
