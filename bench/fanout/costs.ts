import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SetupError } from '../../scripts/lib/settings.js';

/** What one thing costs, as measured. CPU in microseconds. */
export interface Costs {
  /** A message to one socket, with a system call of its own. */
  readonly deliveryUs: number;
  /** What a message costs its node beside its deliveries: read, authorised, stored, acknowledged. */
  readonly messageUs: number;
  readonly databaseMessageUs: number;
  readonly connectionKb: number;
  /** A message that comes from another node, ten in a turn. */
  readonly heardUs: number;
  /** One that no member here wants. */
  readonly unwantedUs: number;
  /** Of Redis: to be told a message, and to tell it to a node. */
  readonly redisPublishUs: number;
  readonly redisTellUs: number;
  readonly busBytes: number;
  /** Of PostgreSQL's log, and in the table with its indexes; NaN until `cluster` has run. */
  readonly walBytes: number;
  readonly storedBytes: number;
}

interface Measured {
  work: string;
  system?: string;
  name?: string;
  [figure: string]: unknown;
}
type Results = Record<string, Record<string, readonly Measured[] | undefined> | undefined>;

const SMALL_ROOM = 4;

/** From what the other benches have kept. Throws the name of the bench that has not run. */
export async function readCosts(): Promise<Costs> {
  const results: Results = JSON.parse(await readFile(join(import.meta.dirname, '../results.json'), 'utf8'));
  const find = (bench: string, table: string, is: (row: Measured) => boolean) => {
    const row = results[bench]?.[table]?.find(is);
    if (!row) throw new SetupError(`This needs the figures of another bench first: pnpm bench ${bench}`);
    return (figure: string) => row[figure] as number;
  };
  const ours = (work: RegExp) => find('throughput', 'rows', (row) => row.system === 'ours' && work.test(row.work));
  const deliveryUs = ours(/^1 room, .*W=1$/)('serverCpuUs');
  const small = ours(/rooms of 4/);

  const slope = (results.connections?.rows ?? []).filter(
    (row) => row.name === 'ours' && row.work.startsWith('idle connections in rooms'),
  );
  const of = (place: number, figure: string) => slope.at(place)?.[figure] as number;
  if (slope.length < 2) throw new SetupError('This needs the figures of another bench first: pnpm bench connections');

  const bus = (work: RegExp) =>
    find(
      'bus',
      'rows',
      ({ work: of, system }) => work.test(of) && system === 'bus: a channel for each room, 10 at once',
    );
  const [two, four] = [bus(/^1 room on 2/), bus(/^1 room on 4/)];
  const perNode = (figure: string) => (four(figure) - two(figure)) / 2;
  const redisTellUs = Math.max(0, perNode('redisCpuUs'));
  const alone = find('bus', 'bystanders', ({ system }) => system === 'bus: one channel');
  const stored = results.cluster?.rows?.find(({ work, system }) => /rooms of 4/.test(work) && system === '2 nodes');
  return {
    deliveryUs,
    messageUs: Math.max(0, SMALL_ROOM * (small('serverCpuUs') - deliveryUs)),
    databaseMessageUs: SMALL_ROOM * small('databaseCpuUs'),
    connectionKb: (of(-1, 'rssKb') - of(0, 'rssKb')) / (of(-1, 'sockets') - of(0, 'sockets')),
    heardUs: Math.max(0, perNode('nodesCpuUs')),
    unwantedUs: alone('nodeCpuUs'),
    redisTellUs,
    redisPublishUs: Math.max(0, two('redisCpuUs') - 2 * redisTellUs),
    busBytes: perNode('bytesOut'),
    walBytes: Number(stored?.walBytes),
    storedBytes: Number(stored?.bytesPerMessage),
  };
}
