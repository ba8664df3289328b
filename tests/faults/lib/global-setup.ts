import { generateClient } from '../../../scripts/db-generate.js';
import { seed } from './scale.js';

/** vitest's globalSetup: one seed for all that is random in the run. */
export default function setup(): void {
  generateClient();
  process.env.FAULTS_SEED = String(seed);
  console.log(`Faults: FAULTS_SEED=${seed}`);
}
