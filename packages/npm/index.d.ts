export type Level = 'must' | 'should' | 'may' | 'proposal';

/** What must come out, with these policies: `accept` or `reject`. */
export type Expectation = { when: Record<string, string> } & (
  | { accept: Record<string, unknown>; reject?: undefined }
  | { reject: Rejection; accept?: undefined }
);

export interface Rejection {
  layer: string;
  reason: string;
  /** The failure codes that the specs allow, the spec's own first; missing where no failure is sent. */
  codes?: string[];
  /** The data of each code, where the specs fix it. */
  data?: Record<string, string>;
}

export interface Case {
  id: string;
  revision: number;
  about: string;
  level: Level;
  code_level?: Level;
  data_level?: Level;
  flags: string[];
  spec: string[];
  requirements: string[];
  twin?: string;
  open_texts?: string[];
  input: Record<string, any>;
  expect: [Expectation, ...Expectation[]];
  steps?: { name: string; value: string }[];
}

/** The operations that have cases. */
export function operations(): string[];

/** The cases of an operation, such as `tlv.decode`. */
export function cases(operation: string): Case[];

/** What an implementation with these policies must answer; those that are not named have their default. */
export function expectation(of: Case, policies?: Record<string, string>): Expectation;
