export type { ReceivedCall } from './dispatch.js';
export type { EndFault, FaultOptions, PacketFaultOptions, PacketFaults } from './faults.js';
export type { SentEvent } from './hub.js';
export { createTestServer } from './server.js';
export type {
  Faults,
  MessageSeed,
  RoomSeed,
  StateView,
  TestClientOptions,
  TestServer,
  TestServerOptions,
  UserSeed,
} from './types.js';
