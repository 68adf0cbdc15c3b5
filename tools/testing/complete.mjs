/** The name of the test that tells whether a conformance suite came to its end on its host. */
export const COMPLETE = 'the suite runs to its end';
