// Text tables.

/**
 * Formats rows of cells as lines with aligned columns. Columns of numbers are aligned right.
 * @param {(string | number)[][]} rows the first is the head
 */
export function table(rows) {
  const widths = rows[0].map((_, column) =>
    Math.max(...rows.map((cells) => String(cells[column]).length)),
  );
  const numeric = rows[0].map((_, column) =>
    rows.slice(1).every((cells) => /^[-–]?[\d.,]*$/.test(String(cells[column]))),
  );
  /** @param {(string | number)[]} cells */
  const line = (cells) =>
    cells
      .map((cell, column) => {
        const text = String(cell);
        return numeric[column] ? text.padStart(widths[column]) : text.padEnd(widths[column]);
      })
      .join('  ')
      .trimEnd();
  return rows.map(line).join('\n');
}
