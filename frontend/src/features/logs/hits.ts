/** The hits of one search in a list that only grows: each line is looked at once. */
import { matchingLines, type Searchable } from "./search";

export class HitIndex {
  private readonly hits: number[] = [];
  private searched = 0;

  constructor(
    private readonly lines: readonly Searchable[],
    private readonly query: string,
  ) {}

  /** Indices of all hits now; the same array, longer than before. */
  current(): readonly number[] {
    if (this.searched < this.lines.length) {
      for (const hit of matchingLines(this.lines, this.query, this.searched)) this.hits.push(hit);
      this.searched = this.lines.length;
    }
    return this.hits;
  }
}
