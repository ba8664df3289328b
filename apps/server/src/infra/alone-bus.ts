import type { Bus } from '../core/ports.js';

/** The bus of a node that is alone: there is nobody to tell, and nobody to hear. */
export const createAloneBus = (nodeId: string): Bus => ({
  nodeId,
  isUp: () => true,
  suspect() {},
  send() {},
  subscribe: async () => {},
  unsubscribe() {},
  onMessage() {},
  onChange() {},
  close() {},
});
