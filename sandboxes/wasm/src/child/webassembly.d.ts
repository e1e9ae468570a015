/** The parts of the WebAssembly JavaScript interface that are used here. They come with browser types only. */
declare namespace WebAssembly {
  type ExportValue = ((...values: never[]) => unknown) | Global | Memory | Table;
  type Exports = Readonly<Record<string, ExportValue | undefined>>;
  type Imports = Record<string, Record<string, (...values: never[]) => unknown>>;
  type Kind = "function" | "global" | "memory" | "table" | "tag";

  class Module {
    constructor(bytes: Uint8Array<ArrayBuffer>);
    static imports(module: Module): { module: string; name: string; kind: Kind }[];
    static exports(module: Module): { name: string; kind: Kind }[];
  }
  class Instance {
    constructor(module: Module, imports?: Imports);
    readonly exports: Exports;
  }
  class Memory {
    constructor(descriptor: { initial: number; maximum?: number });
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  }
  class Table {
    constructor(descriptor: { element: string; initial: number; maximum?: number });
    readonly length: number;
    grow(entries: number): number;
  }
  class Global {
    constructor(descriptor: { value: string; mutable?: boolean }, value?: unknown);
    value: unknown;
  }
  class CompileError extends Error {}
  class LinkError extends Error {}
  class RuntimeError extends Error {}
}

type BufferSource = ArrayBuffer | ArrayBufferView;
