import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { findOrInstall, openssl } from './programs.js';

/** Paths of PEM files. */
export interface RedisTls {
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

/** A certificate for 127.0.0.1 and localhost that vouches for itself, in files of the folder. Good for two days. */
export function makeCertificate(dir: string): RedisTls {
  const [certificate, key] = [join(dir, 'certificate.pem'), join(dir, 'key.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost', '-days', '2'];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const args = ['req', '-x509', ...kind, ...subject, '-keyout', key, '-out', certificate];
  execFileSync(findOrInstall(openssl), args, { stdio: ['ignore', 'ignore', 'pipe'] });
  return { ca: certificate, certificate, key };
}
