import type { Connection, Wire } from './connections.js';

/** Sockets of users without a client: nobody listens to them. */
export interface Puppets {
  find(userId: number): Connection | undefined;
  /** The user's puppet, which is made if need be. */
  of(userId: number): Connection;
  /** Forgets a connection; true if it was a puppet. */
  delete(connection: Connection): boolean;
}

export function createPuppets(attach: (userId: number, wire: Wire) => Connection): Puppets {
  const puppets = new Set<Connection>();
  const find = (userId: number) => [...puppets].find((puppet) => puppet.userId === userId);
  return {
    find,
    of(userId) {
      const puppet = find(userId) ?? attach(userId, { deliver: () => {}, cut: () => {} });
      puppets.add(puppet);
      return puppet;
    },
    delete: (connection) => puppets.delete(connection),
  };
}
