import type { Log, Presence } from '../core/ports.js';
import { startCallDrops } from '../features/call/call-drops.js';
import { startCallRinger } from '../features/call/call-ringer.js';
import { startRetention } from '../features/sync/retention.js';
import type { StandingListener } from '../features/user/standing.js';
import { startStandingWatch } from '../features/user/standing-watch.js';
import { type BeatDeps, startBeat } from '../realtime/beat.js';
import { createLookNow } from '../realtime/look-now.js';
import type { Nodes } from './nodes.js';
import type { ComposeOptions } from './options.js';
import type { Publishing } from './publishing.js';
import type { Repositories } from './repositories.js';

interface BackgroundDeps extends Pick<BeatDeps, 'connections' | 'retell'> {
  nodes: Nodes;
  publishing: Publishing;
  repositories: Repositories;
  presence: Presence;
  standing: StandingListener;
  log: Log;
  options: ComposeOptions;
}

/** What other nodes have committed is on its way to this one. */
const SETTLE_MS = 250;

/** What goes on without a call. */
export function startBackground(deps: BackgroundDeps) {
  const { nodes, publishing, repositories, presence, log, options } = deps;
  const { registry, published, order, roomLog } = publishing;
  const { calls, standings, sync, retention } = repositories;
  const ringer = startCallRinger(calls, roomLog, log);
  const drops = startCallDrops({ calls, roomLog, presence, log });
  const standingWatch = startStandingWatch({
    standings,
    listener: deps.standing,
    log,
    ...(options.standingMs !== undefined && { everyMs: options.standingMs }),
  });
  const trimming = startRetention(retention, log);
  const beat = startBeat({
    registry,
    connections: deps.connections,
    published,
    repair: order,
    roomLog,
    log,
    otherSeqs: sync.otherSeqs,
    retell: deps.retell,
    hears: () => nodes.bus.isUp(),
    settleMs: nodes.redis ? SETTLE_MS : 0,
    ...(options.beatMs !== undefined && { everyMs: options.beatMs }),
  });

  const lookNow = createLookNow(nodes.bus, { standings: () => void standingWatch.look(), logs: beat.now });

  return {
    drops,
    beat,
    lookNow,
    /** Begins nothing more; resolves when nothing is under way. */
    async close() {
      lookNow.close();
      ringer.stop();
      drops.stop();
      await Promise.all([beat.close(), trimming.close(), standingWatch.close()]);
    },
  };
}
