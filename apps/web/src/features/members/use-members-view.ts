import { useState } from 'react';
import { createSetting, useSetting } from '@/lib/setting';
import { useMediaQuery } from '@/lib/use-media-query';

/** From here on there is space for members beside the conversation. */
const WIDE = '(min-width: 80rem)';

const panelSetting = createSetting('dream-studio.members', ['shown', 'hidden'], 'shown');

/** Where members are shown: a panel that stays as it was left on wide screens, a dialog on others. */
export function useMembersView() {
  const wide = useMediaQuery(WIDE);
  const panel = useSetting(panelSetting) === 'shown';
  const [dialog, setDialog] = useState(false);
  const shown = wide ? panel : dialog;
  const show = (next: boolean) => (wide ? panelSetting.set(next ? 'shown' : 'hidden') : setDialog(next));
  return { wide, shown, toggle: () => show(!shown), hide: () => show(false) };
}

export type MembersView = ReturnType<typeof useMembersView>;
