/** One measured figure beside what it should be. */
export interface Figure {
  what: string;
  /** The median of the runs. */
  value: number;
  unit: string;
  /** What is aimed at, in words. */
  target: string;
  met: boolean;
}

export const median = (values: readonly number[]): number => percentile(values, 50);

/** The smallest of the values that is not below the given part of them (nearest rank); NaN when there are none. */
export const percentile = (values: readonly number[], percent: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
};

/** The figures as a table for a terminal and for Markdown. */
export const table = (figures: readonly Figure[]): string =>
  markdown(
    ['', 'measured', 'target', ''],
    figures.map(({ what, value, unit, target, met }) => [
      what,
      `${Math.round(value * 10) / 10} ${unit}`.trim(),
      target,
      met ? 'met' : 'MISSED',
    ]),
  );

/** Rows under a head, as Markdown with aligned columns. */
export const markdown = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
};

/** `1,234` */
export const whole = (value: number): string => Math.round(value).toLocaleString('en');

/** `0.42 s`; a dash where there is nothing. */
export const seconds = (ms: number): string => (Number.isNaN(ms) ? '-' : `${(ms / 1_000).toFixed(2)} s`);

/** Never rounded up to all of it. */
export const share = (part: number, all: number): string => `${(Math.floor((part / all) * 10_000) / 100).toFixed(2)} %`;

export const percentiles = (values: readonly number[]) => ({
  p50: percentile(values, 50),
  p95: percentile(values, 95),
  max: percentile(values, 100),
});

/** Median, 95th percentile and highest of some times. */
export const spread = (timesMs: readonly number[]): string =>
  Object.values(percentiles(timesMs)).map(seconds).join(' / ');
