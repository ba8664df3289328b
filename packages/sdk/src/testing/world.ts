import { followActivity } from './activity.js';
import { createBeat } from './beat.js';
import { type Clock, createManualClock, createRealClock } from './clock.js';
import { type Connection, type Connections, createConnections } from './connections.js';
import { createDispatch } from './dispatch.js';
import { createFaultPlan } from './faults.js';
import { createGateway, followMembership, type Gateway } from './gateway.js';
import { createHub, type Hub } from './hub.js';
import { createLimiter } from './limiter.js';
import { createPresence, type Presence } from './presence.js';
import { createPuppets, type Puppets } from './puppets.js';
import { createHandlers } from './services/index.js';
import { createTyping, type Typing } from './services/typing.js';
import { createState, type State } from './state.js';
import { createTokens } from './tokens.js';
import { createTraffic, type Traffic } from './traffic.js';
import type { TestServerOptions } from './types.js';

/** Every object of one double. */
export interface World extends Gateway {
  readonly state: State;
  readonly connections: Connections;
  readonly hub: Hub;
  readonly presence: Presence;
  readonly typing: Typing;
  readonly puppets: Puppets;
  setUp(up: boolean): void;
  /** Ends a connection, a client's or a puppet's. */
  cut(connection: Connection, reason: string): void;
}

/** Builds every object of one double. */
export function createWorld({ limitFactor = 1, ...options }: TestServerOptions): World {
  const traffic = createTraffic();
  const clock = createClock(options, traffic);
  const state = createState();
  const faults = createFaultPlan();
  const connections = createConnections();
  const hub = createHub(state, connections, faults);
  const presence = createPresence(state, hub, clock);
  const typing = createTyping(hub, clock);
  const activity = followActivity({ state, connections, hub, clock });
  const beat = createBeat({ state, connections, hub, clock, activity });
  const tokens = createTokens(state, clock);
  const handlers = createHandlers({ state, clock, hub, presence, typing, tokens });
  const dispatch = createDispatch({ state, handlers, limiter: createLimiter(clock, limitFactor), hub, faults });
  let up = true;
  const parts = {
    state,
    clock,
    traffic,
    faults,
    connections,
    hub,
    presence,
    typing,
    beat,
    tokens,
    dispatch,
    limitFactor,
  };
  const gateway = createGateway({ ...parts, isUp: () => up });
  const puppets = createPuppets((userId, wire) =>
    gateway.attach({ userId, expiresAt: Number.POSITIVE_INFINITY }, wire),
  );
  followMembership(parts);

  return {
    ...parts,
    ...gateway,
    puppets,
    setUp: (next) => {
      up = next;
    },
    cut(connection, reason) {
      connection.cut(reason);
      if (puppets.delete(connection)) gateway.detach(connection);
    },
  };
}

const createClock = ({ clock, now }: TestServerOptions, { settled }: Traffic): Clock =>
  clock === 'manual' ? createManualClock((now ?? Date.now)(), settled) : createRealClock(now);
