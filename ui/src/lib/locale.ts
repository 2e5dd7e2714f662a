const system = new Intl.NumberFormat().resolvedOptions().locale;

/** The locale of numbers and dates: the system's. One that has none (`C`) would group no digits and is read as English. */
export const LOCALE = system.endsWith('posix') ? 'en-US' : system;
