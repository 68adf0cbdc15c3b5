const INTERNALS = Symbol.for('wasio.internals');

/** As shells do it for a program that a signal has ended. */
const INTERRUPTED = 130;

/**
 * Runs the app's main as the program of this process: ^C aborts it, an error goes to standard
 * error, and what it leaves behind is ended. Gives the exit code.
 *
 * @param {any} app what `load()` gave
 * @param {readonly string[]} args
 * @returns {Promise<number>}
 */
export async function runMain(app, args) {
  if (typeof app.main !== 'function') throw new Error('this program has no WASIO_MAIN');
  const controller = new AbortController();
  const interrupted = new Error('interrupted');
  const interrupt = () => controller.abort(interrupted);
  // Node ends by itself when nothing is armed, whatever still waits.
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
    return await app.main(args, { signal: controller.signal });
  } catch (error) {
    if (error === interrupted) return INTERRUPTED;
    process.stderr.write(`${error.trace ?? error.stack ?? error}\n`);
    return 1;
  } finally {
    await app.dispose();
    process.off('SIGINT', interrupt);
    process.off('beforeExit', stuck);
  }
}
