import { BOUNDS } from '@dream-studio/contracts';
import type { Beat } from './beat.js';
import type { Clock } from './clock.js';
import { type Connection, type Connections, createConnection, type Wire } from './connections.js';
import type { Dispatch } from './dispatch.js';
import { fail } from './failure.js';
import type { FaultPlan } from './faults.js';
import type { Hub } from './hub.js';
import type { Presence } from './presence.js';
import type { Typing } from './services/typing.js';
import type { State } from './state.js';
import type { Identity, Tokens } from './tokens.js';
import type { Traffic } from './traffic.js';

/** What the wires need of the server. */
export interface Gateway {
  readonly clock: Clock;
  readonly traffic: Traffic;
  readonly faults: FaultPlan;
  readonly tokens: Tokens;
  readonly dispatch: Dispatch;
  /** Whether anything can be reached. */
  isUp(): boolean;
  /** Lets a socket in on its credentials, and tells it and the others. Throws the refusal. */
  accept(auth: unknown, wire: Wire): Connection;
  /** As `accept`, for someone who is known. */
  attach(identity: Identity, wire: Wire): Connection;
  /** Follows the end of a connection. */
  detach(connection: Connection): void;
}

export interface GatewayDeps extends Pick<Gateway, 'clock' | 'traffic' | 'faults' | 'tokens' | 'dispatch' | 'isUp'> {
  state: State;
  connections: Connections;
  hub: Hub;
  presence: Presence;
  typing: Typing;
  beat: Beat;
  limitFactor: number;
}

export function createGateway(deps: GatewayDeps): Gateway {
  const { clock, connections, hub, presence, typing } = deps;
  const expired = ({ id }: Connection) =>
    hub.publish([{ event: 'auth:expired', audience: { socketId: id }, payload: {} }]);

  const attach = (identity: Identity, wire: Wire): Connection => {
    const connection = createConnection(`socket-${deps.state.nextId('socket')}`, identity, { clock, wire, expired });
    connections.add(connection);
    deps.beat.start();
    const { id: socketId, userId } = connection;
    const payload = { limitFactor: deps.limitFactor, onlineUserIds: presence.onlineFor(userId) };
    hub.publish([{ event: 'server:hello', audience: { socketId }, payload }]);
    presence.connected(connection);
    connection.extend(identity.expiresAt);
    return connection;
  };

  return {
    ...deps,
    attach,
    accept(auth, wire) {
      const identity = identify(deps.tokens, auth);
      if (connections.of(identity.userId).length >= BOUNDS.socketsPerUserMax) {
        fail('RATE_LIMITED', `At most ${BOUNDS.socketsPerUserMax} connections per user`);
      }
      return attach(identity, wire);
    },
    detach(connection) {
      connection.close();
      connections.delete(connection);
      typing.stop(connection.id);
      presence.disconnected(connection);
    },
  };
}

/** The identity of a handshake. Throws `UNAUTHENTICATED` in the words of the protocol. */
function identify(tokens: Tokens, auth: unknown): Identity {
  const { token, userId } = (typeof auth === 'object' && auth !== null ? auth : {}) as Record<string, unknown>;
  if (!token || !userId) fail('UNAUTHENTICATED', 'Authentication error');
  const identity = typeof token === 'string' ? tokens.verify(token) : fail('UNAUTHENTICATED', 'Invalid token');
  if (String(identity.userId) !== String(userId)) fail('UNAUTHENTICATED', 'Invalid token');
  return identity;
}

/** A removed member's sockets are out of the room once that was told. */
export function followMembership({
  hub,
  connections,
  typing,
  presence,
}: Pick<GatewayDeps, 'hub' | 'connections' | 'typing' | 'presence'>): void {
  hub.follow(({ event, payload }) => {
    if (event !== 'member:removed') return;
    const { userId, roomId } = payload as { userId: number; roomId: number };
    for (const connection of connections.of(userId)) {
      typing.stop(connection.id, roomId);
      connection.exit(roomId);
    }
    presence.endView(userId, roomId);
  });
}
