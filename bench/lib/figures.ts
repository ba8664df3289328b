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

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};

/** The figures as a table for a terminal and for Markdown. */
export const table = (figures: readonly Figure[]): string => {
  const head = ['', 'measured', 'target', ''];
  const rows = figures.map(({ what, value, unit, target, met }) => [
    what,
    `${Math.round(value * 10) / 10} ${unit}`.trim(),
    target,
    met ? 'met' : 'MISSED',
  ]);
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: string[]) => `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
};
