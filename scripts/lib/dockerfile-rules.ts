export interface Instruction {
  readonly name: string;
  readonly rest: string;
}

/** The instructions of a Dockerfile, in order; lines that go on with a backslash are one. */
export function parseDockerfile(text: string): Instruction[] {
  const lines = text
    .replaceAll(/^\s*#.*\n/gm, '')
    .replaceAll(/\\\n/g, ' ')
    .split('\n');
  return lines
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line) => {
      const [name = '', ...rest] = line.split(/\s+/);
      return { name: name.toUpperCase(), rest: rest.join(' ') };
    });
}

/** What is wrong with a Dockerfile; `exists` says whether a path of the repository is there. */
export function checkDockerfile(text: string, exists: (path: string) => boolean): string[] {
  const instructions = parseDockerfile(text);
  const rests = (name: string) => instructions.filter((one) => one.name === name).map(({ rest }) => rest);
  const lastStage = instructions.slice(instructions.findLastIndex(({ name }) => name === 'FROM'));
  const last = (name: string) => lastStage.findLast((one) => one.name === name)?.rest;
  const stages = rests('FROM').flatMap((rest) => rest.match(/ AS (\S+)$/i)?.[1] ?? []);

  const problems: string[] = [];
  const require = (holds: boolean, problem: string) => void (holds || problems.push(problem));
  for (const rest of rests('FROM')) {
    const image = rest.split(' ')[0] ?? '';
    const isPinned = /:[\w.-]*\d[\w.-]*$/.test(image) && !image.endsWith(':latest');
    require(isPinned || stages.includes(image), `FROM ${image}: no version`);
  }
  for (const rest of [...rests('COPY'), ...rests('ADD')]) {
    const parts = rest.split(' ').filter((part) => !part.startsWith('--'));
    const stage = rest.match(/--from=(\S+)/)?.[1];
    if (stage) require(stages.includes(stage), `COPY from ${stage}: no such stage`);
    else for (const path of parts.slice(0, -1)) require(exists(path), `COPY ${path}: no such file`);
  }
  for (const rest of rests('RUN')) {
    require(!/\bsudo\b/.test(rest), `RUN ${rest}: sudo`);
    require(!/npm install (-g|--global) [\w/-]+(@latest)?(\s|$)/.test(rest), `RUN ${rest}: no version`);
    require(!/\bcd /.test(rest), `RUN ${rest}: WORKDIR in place of cd`);
  }
  require(rests('ADD').length === 0, 'ADD: COPY does it');
  require(rests('FROM').length > 1, 'what builds is in what runs');
  require(!/^(root|0)?(:|$)/.test(last('USER') ?? ''), 'USER: runs as root');
  require(last('HEALTHCHECK') !== undefined, 'HEALTHCHECK: missing');
  require(last('CMD')?.startsWith('[') ?? false, 'CMD: a shell stands between it and signals');
  require(!instructions.some(
    ({ name, rest }) => ['ENV', 'ARG'].includes(name) && /SECRET|PASSWORD|TOKEN/.test(rest),
  ), 'a secret');
  return problems;
}
