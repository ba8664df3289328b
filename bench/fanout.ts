import { TIMES } from '@dream-studio/contracts';
import { randomFrom } from '../tests/lib/random.js';
import { type Costs, readCosts } from './fanout/costs.js';
import { type Community, type Flow, flowOf } from './fanout/model.js';
import { type Sample, sample } from './fanout/sample.js';
import { type Size, sizeOf } from './fanout/sizing.js';
import type { Outcome, Run } from './lib/bench.js';
import { markdown, whole } from './lib/figures.js';

const SEED = 20240519;
const SIZES = [10_000, 100_000, 1_000_000, 10_000_000];
const CHECKED = { online: 10_000, nodes: [2, 4, 16], messages: 50_000 };
const CHECKED_QUICK = { online: 2_000, nodes: [2, 4], messages: 5_000 };
/** Between a formula and what is counted, of what is drawn a few thousand times. */
const TOLERANCE = 0.05;
const DAY_SECONDS = 86_400;
const BEAT_SECONDS = TIMES.beatMs / 1_000;

/** The assumptions of docs/scaling.md. */
const community = (online: number): Community => ({
  online,
  onlineShare: 0.2,
  kinds: [
    { name: 'two people', size: 2, perUser: 10, messageShare: 0.5 },
    { name: 'a group', size: 8, perUser: 5, messageShare: 0.3 },
    { name: 'a team', size: 50, perUser: 2, messageShare: 0.15 },
    { name: 'a channel', size: 1_000, perUser: 1, messageShare: 0.05 },
  ],
  messagesPerMinute: 1,
  sessionMinutes: 30,
});

/** The arithmetic of docs/scaling.md: checks its formulas by counting, and fills in what they give with measured costs. */
export async function fanout({ say, quick }: Run): Promise<Outcome> {
  const checked = quick ? CHECKED_QUICK : CHECKED;
  const random = randomFrom(SEED);
  const checks = checked.nodes.map((nodes) => {
    say(`drawing ${whole(checked.online)} users on ${nodes} nodes`);
    const of = community(checked.online);
    return { nodes, flow: flowOf(of, nodes), counted: sample(of, nodes, checked.messages, random) };
  });
  const costs = await readCosts();
  const sizes = SIZES.map((online) => ({ online, ...sizeOf(community(online), costs) }));
  const [assumed, check, flow, sizing] = [
    assumptions(),
    checksTable(checks),
    flowTable(sizes),
    sizingTable(sizes, costs),
  ];
  return {
    table: [check, flow, sizing, costsTable(costs)].join('\n\n'),
    parts: {
      'fanout-assumptions': assumed,
      'fanout-check': check,
      'fanout-flow': flow,
      'fanout-sizing': sizing,
      'fanout-costs': costsTable(costs),
    },
    result: { seed: SEED, costs, checks, sizes },
    broken: checks.flatMap(({ nodes, flow, counted }) =>
      FIGURES.filter(({ figure }) => Math.abs(counted[figure] / flow[figure] - 1) > TOLERANCE).map(
        ({ what }) => `${what}, ${nodes} nodes: the formula and what was counted differ`,
      ),
    ),
  };
}

interface Check {
  readonly nodes: number;
  readonly flow: Flow;
  readonly counted: Sample;
}
type Sized = Size & { readonly online: number };

const FIGURES = [
  { figure: 'deliveriesPerMessage', what: 'deliveries of a message' },
  { figure: 'nodesPerMessage', what: 'nodes a message comes to' },
  { figure: 'roomsPerNode', what: 'rooms a node listens to' },
  { figure: 'companions', what: 'users told of one who comes' },
] as const;

function assumptions(): string {
  const { kinds } = community(0);
  return markdown(
    ['rooms', 'members', 'of these a user is in', 'share of messages'],
    kinds.map(({ name, size, perUser, messageShare }) => [
      name,
      whole(size),
      whole(perUser),
      `${whole(messageShare * 100)} %`,
    ]),
  );
}

const number = (value: number): string => (value < 100 ? value.toFixed(2) : whole(value));

const known = (value: number, text: (value: number) => string): string => (Number.isNaN(value) ? '-' : text(value));

const checksTable = (checks: readonly Check[]): string =>
  markdown(
    ['', 'nodes', 'formula', 'counted', 'busiest node beside the mean'],
    FIGURES.flatMap(({ figure, what }) =>
      checks.map(({ nodes, flow, counted }) => [
        what,
        String(nodes),
        number(flow[figure]),
        number(counted[figure]),
        figure === 'deliveriesPerMessage' ? `${counted.busiest.toFixed(2)}x` : '',
      ]),
    ),
  );

const flowTable = (sizes: readonly Sized[]): string =>
  markdown(
    [
      'online',
      'nodes',
      'msg/s',
      'deliveries/s of a node',
      'messages/s into a node: a channel for each room / one for all',
      'out of Redis/s: a channel for each room / one for all',
      'channels of a node',
      'rooms asked for at the beat, all nodes/s',
      'users coming and going/s',
    ],
    sizes.map(({ online, nodes, flow }) => {
      const { messagesPerSecond: rate, nodesPerMessage } = flow;
      return [
        whole(online),
        whole(nodes),
        whole(rate),
        whole((rate * flow.deliveriesPerMessage) / nodes),
        `${whole((rate * nodesPerMessage) / nodes)} / ${whole(rate)}`,
        `${whole(rate * nodesPerMessage)} / ${whole(rate * nodes)}`,
        whole(flow.roomsPerNode),
        whole((flow.roomsPerNode * nodes) / BEAT_SECONDS),
        whole(flow.presenceChangesPerSecond),
      ];
    }),
  );

const sizingTable = (sizes: readonly Sized[], costs: Costs): string =>
  markdown(
    [
      'online',
      'nodes',
      "a node's core busy",
      'with one channel for all, besides',
      'memory of its connections',
      'cores of Redis: a channel for each room / one for all',
      'cores of PostgreSQL',
      'its log, MB/s',
      'messages stored, GB a day',
      'between Redis and a node, Mbit/s',
    ],
    sizes.map(({ online, nodes, flow, nodesCores, redisCores, databaseCores, oneChannel }) => {
      const { messagesPerSecond: rate, nodesPerMessage } = flow;
      return [
        whole(online),
        whole(nodes),
        `${whole((nodesCores / nodes) * 100)} %`,
        `${whole(oneChannel.perNodeCores * 100)} %`,
        `${whole((online / nodes) * (costs.connectionKb / 1024))} MB`,
        `${redisCores.toFixed(2)} / ${oneChannel.redisCores.toFixed(2)}`,
        databaseCores.toFixed(2),
        known((rate * costs.walBytes) / 1e6, (value) => value.toFixed(1)),
        known((rate * DAY_SECONDS * costs.storedBytes) / 1e9, whole),
        (((rate * nodesPerMessage) / nodes) * costs.busBytes * 8e-6).toFixed(1),
      ];
    }),
  );

const costsTable = (costs: Costs): string =>
  markdown(
    ['what', 'costs', 'measured by'],
    [
      [
        'a delivery, alone in its turn',
        `${costs.deliveryUs.toFixed(1)} us of a node`,
        '`throughput`, 1 room of 200, W=1',
      ],
      [
        'a message, beside its deliveries',
        `${whole(costs.messageUs)} us of a node`,
        '`throughput`, rooms of 4, less 4 deliveries',
      ],
      ['a message', `${whole(costs.databaseMessageUs)} us of PostgreSQL`, '`throughput`, rooms of 4'],
      ['a message', `${known(costs.walBytes, whole)} B of PostgreSQL's log`, '`cluster`, rooms of 4, 2 nodes'],
      ['a message', `${known(costs.storedBytes, whole)} B of table and indexes`, '`cluster`, the same'],
      [
        'a message from another node',
        `${costs.heardUs.toFixed(1)} us of a node`,
        '`bus`, 10 at once: 4 nodes beside 2',
      ],
      [
        'one that no member there wants',
        `${costs.unwantedUs.toFixed(1)} us of a node`,
        '`bus`, a node without a member',
      ],
      ['a message', `${costs.redisPublishUs.toFixed(1)} us of Redis`, '`bus`, 10 at once'],
      [
        '... and for each node it goes to',
        `${costs.redisTellUs.toFixed(1)} us, ${whole(costs.busBytes)} B`,
        '`bus`, 4 nodes beside 2',
      ],
      ['a connection', `${costs.connectionKb.toFixed(1)} KB of a node`, '`connections`, from 2,000 to 6,000'],
    ],
  );
