/** The name of the test that passes if a conformance suite finished on its host. */
export const COMPLETE = 'the suite finishes';
