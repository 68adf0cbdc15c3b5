// `npm run matrix`: which statement of docs/semantics.md holds on which host, as the last
// `npm test` has found.
import { matrixTable, notes, readMatrix } from '../testing/matrix.mjs';

export async function main() {
  const matrix = readMatrix();
  if (!matrix) {
    console.error('There is no build/conformance.json yet: `npm test` writes it.');
    return 1;
  }
  console.log(matrixTable(matrix));
  const list = notes(matrix);
  if (list.length > 0) console.log(`\n${list.join('\n')}`);
  return 0;
}
