/**
 * The type of a value that crosses: a character for those that are made of no other
 * (bindings/bundle/type_text.mjs), otherwise the name of a maker and what it makes the type of.
 */
export type TypeTree = string | readonly TypeTree[];

/** What a program offers to JavaScript, and what its build was: the section `wasio` of its wasm
 * file. */
export interface Interface {
  /** The version of the boundary between C++ and JavaScript. */
  abi: number;
  /** The options of the build that are part of the C++ ABI. */
  switches: string;
  /** Parameters whose names end in a question mark may be left out. */
  exports: Array<{ name: string; parameters: string[]; types: TypeTree[]; result: TypeTree }>;
  /** By name. */
  records: Record<string, { fields: string[]; types: TypeTree[] }>;
  /** By name: their values. */
  enums: Record<string, string[]>;
}
