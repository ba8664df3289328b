import type { Log, Presence } from '../core/ports.js';
import { startCallDrops } from '../features/call/call-drops.js';
import { startCallRinger } from '../features/call/call-ringer.js';
import { startRetention } from '../features/sync/retention.js';
import type { StandingListener } from '../features/user/standing.js';
import { startStandingWatch } from '../features/user/standing-watch.js';
import { type BeatDeps, startBeat } from '../realtime/beat.js';
import { createLookNow } from '../realtime/look-now.js';
import { createPublishMissing } from '../realtime/publish-missing.js';
import { startRemovalWatch } from '../realtime/removal-watch.js';
import type { Nodes } from './nodes.js';
import type { ComposeOptions } from './options.js';
import type { Publishing } from './publishing.js';
import type { Repositories } from './repositories.js';

interface BackgroundDeps extends Pick<BeatDeps, 'connections' | 'retell' | 'checkMembers'> {
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
    everyMs: options.standingMs,
  });
  const trimming = startRetention(retention, log);
  const settleMs = nodes.redis ? SETTLE_MS : 0;
  const publishMissing = createPublishMissing({ published, repair: order, roomLog, log, settleMs });
  const beat = startBeat({
    registry,
    connections: deps.connections,
    published,
    publishMissing,
    checkMembers: deps.checkMembers,
    log,
    otherSeqs: sync.otherSeqs,
    retell: deps.retell,
    hears: () => nodes.bus.isUp(),
    everyMs: options.beatMs,
  });

  // A node that is alone has nobody who could have removed anyone.
  const removalWatch = nodes.redis
    ? startRemovalWatch({
        registry,
        publishMissing,
        removals: sync.removals,
        log,
        everyMs: options.removalsMs,
      })
    : null;
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
      await Promise.all([beat.close(), trimming.close(), standingWatch.close(), removalWatch?.close()]);
    },
  };
}
