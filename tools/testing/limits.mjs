// How long tests may take: there are no other limits. Tests assert what happens and in which order,
// never how soon, so that they pass beside other work too; a limit only ends what hangs, and is
// generous.

/** A test's program hangs if it takes so long; one that prints, if it is silent for so long. */
export const PROGRAM_HANGS_MS = 10 * 60_000;

/**
 * A test file hangs if for so long no test of it begins or ends, and it prints nothing, as builds
 * do. Longer, since what is reported of a program says more.
 */
export const FILE_HANGS_MS = 15 * 60_000;
