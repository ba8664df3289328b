import type { Costs } from './costs.js';
import { type Community, type Flow, flowOf } from './model.js';

/** Of a node: connections, and the part of its core that may be busy on average. */
export const CONNECTIONS_MAX = 25_000;
export const BUSY_MAX = 0.5;
/** One of them may die. */
const NODES_MIN = 2;

/** What a size takes, with a channel for each room. */
export interface Size {
  readonly nodes: number;
  readonly flow: Flow;
  /** Cores, of all nodes together. */
  readonly nodesCores: number;
  readonly redisCores: number;
  readonly databaseCores: number;
  /** What one channel for all would take instead. */
  readonly oneChannel: { readonly perNodeCores: number; readonly redisCores: number };
}

/** As many nodes as hold the connections and the work: of these there is more the more nodes there are, so it settles. */
export function sizeOf(community: Community, costs: Costs): Size {
  let nodes = Math.max(NODES_MIN, Math.ceil(community.online / CONNECTIONS_MAX));
  for (;;) {
    const size = sizeWith(community, costs, nodes);
    const needed = Math.ceil(size.nodesCores / BUSY_MAX);
    if (needed <= nodes) return size;
    nodes = needed;
  }
}

export function sizeWith(community: Community, costs: Costs, nodes: number): Size {
  const flow = flowOf(community, nodes);
  const { messagesPerSecond: rate, deliveriesPerMessage, nodesPerMessage } = flow;
  const cores = (us: number) => (rate * us) / 1e6;
  const redis = (heardBy: number) => cores(costs.redisPublishUs + costs.redisTellUs * heardBy);
  return {
    nodes,
    flow,
    nodesCores: cores(costs.messageUs + costs.deliveryUs * deliveriesPerMessage + costs.heardUs * nodesPerMessage),
    redisCores: redis(nodesPerMessage),
    databaseCores: cores(costs.databaseMessageUs),
    oneChannel: {
      perNodeCores: cores((costs.unwantedUs * (nodes - nodesPerMessage)) / nodes),
      redisCores: redis(nodes),
    },
  };
}
