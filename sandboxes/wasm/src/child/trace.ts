/** What a runner fills in as it goes, so that it is known also where the job fails. */
export interface Trace {
  stdout: string;
  stderr: string;
  memoryBytes: number;
}
