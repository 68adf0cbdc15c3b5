/** Runs what may call into the page where nobody is left to be told of a failure. Returns whether
 * it has thrown nothing. */
export function quietly(action: () => void): boolean {
  try {
    action();
    return true;
  } catch {
    return false;
  }
}

/** A property of anything, if it is a text; otherwise the empty text. */
export function textOf(value: unknown, name: string): string {
  try {
    const text = (value as Record<string, unknown>)[name];
    return typeof text === 'string' ? text : '';
  } catch {
    return '';
  }
}

/** What was thrown, in a few words, whatever it is. */
export function inWords(thrown: unknown): string {
  const message = textOf(thrown, 'message');
  if (message !== '') return message;
  try {
    return String(thrown);
  } catch {
    return 'a value without words';
  }
}
