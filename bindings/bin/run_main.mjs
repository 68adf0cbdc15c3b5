const INTERNALS = Symbol.for('wasio.internals');

/** The exit code that shells use for a program that SIGINT has ended. */
const INTERRUPTED = 130;

/** The largest exit code. */
const LARGEST = 255;

/**
 * Runs the app's main as the program of this process. Ctrl-C aborts it, an error is printed on
 * standard error, and the app is disposed at the end.
 *
 * @param {any} app what `load()` resolved to
 * @param {readonly string[]} args
 * @returns {Promise<number>} the exit code
 */
export async function runMain(app, args) {
  if (typeof app.main !== 'function') throw new Error('this program has no WASIO_MAIN');
  const controller = new AbortController();
  const interrupted = new Error('interrupted');
  const interrupt = () => controller.abort(interrupted);
  // When nothing is armed, Node exits, although tasks still wait.
  const stuck = () => {
    const tasks = app[INTERNALS].describeTasks();
    process.stderr.write(
      `deadlock: all tasks are waiting, and nothing is armed that could wake one:\n${tasks}\n`,
    );
    process.exitCode = 1;
  };
  process.once('SIGINT', interrupt);
  process.once('beforeExit', stuck);
  try {
    return inRange(await app.main(args, { signal: controller.signal }));
  } catch (error) {
    if (error === interrupted) return INTERRUPTED;
    const exitCode = app[INTERNALS].exitCode();
    if (exitCode !== undefined) return inRange(exitCode);
    process.stderr.write(`${error.trace ?? error.stack ?? error}\n`);
    return 1;
  } finally {
    await app.dispose();
    process.off('SIGINT', interrupt);
    process.off('beforeExit', stuck);
  }
}

/** A process ends with a byte; Node would cut 256 to success. @param {number} code */
function inRange(code) {
  return code >= 0 && code <= LARGEST ? code : LARGEST;
}
