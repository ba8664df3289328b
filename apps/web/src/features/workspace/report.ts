import { errorText } from '@/lib/errors';
import { showToast } from '@/ui/toaster';

/** Tells the user about a failure that has no place of its own to be shown in. */
export function report(error: unknown): void {
  showToast(errorText(error), { kind: 'error' });
}
