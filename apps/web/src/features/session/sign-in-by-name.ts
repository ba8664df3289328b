'use client';

import { createContext } from 'react';

/** Whether people sign in here, by a name; else signing out is the host app's, too. */
export const SignInByName = createContext(false);
