// `npm run matrix`: which statement of docs/semantics.md holds on which host, according to the last
// `npm test`.
import { matrixTable, notes, readMatrix } from '../testing/matrix.mjs';

export async function main() {
  const matrix = readMatrix();
  if (!matrix) {
    console.error('build/conformance.json is missing or not JSON: `npm test` writes it');
    return 1;
  }
  console.log(matrixTable(matrix));
  const list = notes(matrix);
  if (list.length > 0) console.log(`\n${list.join('\n')}`);
  return 0;
}
