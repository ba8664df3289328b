import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { checkDockerfile } from './lib/dockerfile-rules.js';
import { root } from './lib/settings.js';

const read = (path: string) => readFileSync(join(root, path), 'utf8');
const namesIn = (path: string, pattern: RegExp) => [...read(path).matchAll(pattern)].map(([, name]) => name ?? '');

const ofServer = new Set(namesIn('apps/server/src/env.ts', /^ {2}([A-Z][A-Z_]+): /gm));
const ofWeb = new Set(namesIn('apps/web/src/lib/env.ts', /'([A-Z][A-Z_]+)'/g));

const dockerfiles = readdirSync(join(root, 'deploy')).filter((name) => name.endsWith('Dockerfile'));
const manifests = readdirSync(join(root, 'deploy/kubernetes')).filter((name) => name.endsWith('.yaml'));

// biome-ignore lint/suspicious/noExplicitAny: documents of many shapes, each looked at by what it must have
type Document = any;
const documents: Document[] = manifests.flatMap((name) =>
  parseAllDocuments(read(`deploy/kubernetes/${name}`)).map((document) => {
    expect(document.errors, name).toEqual([]);
    return document.toJS();
  }),
);
const ofKind = (kind: string): Document[] => documents.filter((one) => one.kind === kind);
const compose: Document = parse(read('docker-compose.yml'), { merge: true });

test('there is something to look at', () => {
  expect(dockerfiles.sort()).toEqual(['server.Dockerfile', 'web.Dockerfile']);
  expect([ofServer.has('DATABASE_URL'), ofWeb.has('NEXT_PUBLIC_SOCKET_URL')]).toEqual([true, true]);
});

test.each(dockerfiles)('%s is in order', (name) => {
  expect(checkDockerfile(read(`deploy/${name}`), (path) => existsSync(join(root, path)))).toEqual([]);
});

test('what is wrong with a Dockerfile is seen', () => {
  const text = 'FROM node\nCOPY nowhere /x\nRUN cd /x && npm install -g pnpm\nENV MY_SECRET=x\nCMD node x\n';
  expect(checkDockerfile(text, () => false)).toEqual([
    'FROM node: no version',
    'COPY nowhere: no such file',
    'RUN cd /x && npm install -g pnpm: no version',
    'RUN cd /x && npm install -g pnpm: WORKDIR in place of cd',
    'what builds is in what runs',
    'USER: runs as root',
    'HEALTHCHECK: missing',
    'CMD: a shell stands between it and signals',
    'a secret',
  ]);
});

test('the Dockerfiles bring the pnpm that the repository is pinned to', () => {
  const { packageManager } = JSON.parse(read('package.json'));
  for (const name of dockerfiles) expect(read(`deploy/${name}`)).toContain(`npm install --global ${packageManager}\n`);
});

test('the services of compose build, wait for each other and know only variables that are read', () => {
  const services: Record<string, Document> = compose.services;
  expect(Object.keys(services).sort()).toEqual(['nginx', 'postgres', 'redis', 'server-1', 'server-2', 'web']);
  for (const [name, service] of Object.entries(services)) {
    if (service.build) expect(existsSync(join(root, service.build.dockerfile)), name).toBe(true);
    else expect(service.image, name).toMatch(/:\d/);
    for (const other of Object.keys(service.depends_on ?? {})) expect(services, name).toHaveProperty(other);
    for (const volume of service.volumes ?? []) {
      const [from = ''] = volume.split(':');
      if (from.startsWith('.')) expect(existsSync(join(root, from)), from).toBe(true);
      else expect(compose.volumes, name).toHaveProperty(from);
    }
    const known = name === 'web' ? ofWeb : ofServer;
    if (service.build) for (const variable of Object.keys(service.environment)) expect([...known]).toContain(variable);
  }
});

test('nginx of compose finds the servers, the web app and its ports', () => {
  const config = read('deploy/nginx.conf');
  for (const [, host = ''] of config.matchAll(/server ([\w-]+):\d+/g)) expect(compose.services).toHaveProperty(host);
  const listened = [...config.matchAll(/listen (\d+)/g)].map(([, port]) => `${port}:${port}`);
  expect(compose.services.nginx.ports.toSorted()).toEqual(listened.sort());
});

test('the subnet of compose is the one whose proxies the servers trust', () => {
  const trusted = compose.services['server-1'].environment.TRUSTED_PROXIES;
  expect(compose.networks.default.ipam.config).toEqual([{ subnet: trusted }]);
});

test('every manifest names what it is', () => {
  for (const document of documents) {
    expect(document).toMatchObject({ apiVersion: expect.any(String), kind: expect.any(String) });
    expect(document.metadata.name).toMatch(/^[a-z0-9-]+$/);
  }
  const kinds = ['ConfigMap', 'Deployment', 'Ingress', 'PodDisruptionBudget', 'Secret', 'Service'];
  expect(documents.map(({ kind }) => kind).sort()).toEqual(kinds);
});

test('the Deployment asks for health and readiness, drains, and has no more rights than it needs', () => {
  const [deployment] = ofKind('Deployment');
  const { spec, metadata } = deployment.spec.template;
  const [container] = spec.containers;
  expect(metadata.labels).toMatchObject(deployment.spec.selector.matchLabels);
  expect(container.livenessProbe.httpGet).toEqual({ path: '/healthz', port: container.ports[0].name });
  expect(container.readinessProbe.httpGet).toEqual({ path: '/readyz', port: container.ports[0].name });
  // The sleep, and the 10 s that the server takes at most.
  const [, seconds] = container.lifecycle.preStop.exec.command;
  expect(spec.terminationGracePeriodSeconds).toBeGreaterThan(Number(seconds) + 10);
  expect(container.image).toMatch(/:\d/);
  expect(spec.securityContext.runAsNonRoot).toBe(true);
  expect(container.securityContext).toMatchObject({ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true });
  expect(container.resources.limits.memory).toBeDefined();
});

test('Service, Ingress and PodDisruptionBudget lead to the Deployment', () => {
  const [[deployment], [service], [budget], [ingress]] = [
    'Deployment',
    'Service',
    'PodDisruptionBudget',
    'Ingress',
  ].map(ofKind) as [Document[], Document[], Document[], Document[]];
  const { labels } = deployment.spec.template.metadata;
  expect(labels).toMatchObject(service.spec.selector);
  expect(labels).toMatchObject(budget.spec.selector.matchLabels);
  const { backend } = ingress.spec.rules[0].http.paths[0];
  expect(backend.service.name).toBe(service.metadata.name);
  expect(backend.service.port.name).toBe(service.spec.ports[0].name);
  expect(service.spec.ports[0].targetPort).toBe(deployment.spec.template.spec.containers[0].ports[0].name);
});

test('ConfigMap and Secret have variables that the server reads, and those it cannot do without', () => {
  const [[config], [secret]] = ['ConfigMap', 'Secret'].map(ofKind) as [Document[], Document[]];
  const given = [...Object.keys(config.data), ...Object.keys(secret.stringData)];
  for (const variable of given) expect([...ofServer]).toContain(variable);
  expect(given).toEqual(
    expect.arrayContaining(['SOCKET_IO_CORS_ORIGIN', 'AUTH_JWT_SECRET', 'DATABASE_URL', 'REDIS_URL']),
  );
  const sources = ofKind('Deployment')[0].spec.template.spec.containers[0].envFrom;
  expect(sources).toEqual([
    { configMapRef: { name: config.metadata.name } },
    { secretRef: { name: secret.metadata.name } },
  ]);
});
