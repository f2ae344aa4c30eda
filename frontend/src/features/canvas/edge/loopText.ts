/** What stands on a loop edge: `max 3` while it is drawn, `2/3` while it runs. */

/** `count` 0: no run is shown. */
export function loopText(own: string, count: number, limit: number, isAtLimit: boolean): string {
  const counted = count === 0 ? `max ${limit}` : `${count}/${limit}`;
  return [own, counted, isAtLimit ? "limit reached" : ""].filter(Boolean).join(" · ");
}
