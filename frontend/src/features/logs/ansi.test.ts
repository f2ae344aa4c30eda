import { describe, expect, it } from "vitest";
import { plainText, segmentsOf } from "./ansi";

const E = "\u001b";

describe("segmentsOf", () => {
  it("leaves plain text alone", () => {
    expect(segmentsOf("rows: 150")).toEqual([{ text: "rows: 150", classes: "" }]);
  });

  it("turns colours and weights into classes", () => {
    expect(segmentsOf(`${E}[31;1merror${E}[0m: no file`)).toEqual([
      { text: "error", classes: "log-fg-red log-bold" },
      { text: ": no file", classes: "" },
    ]);
    expect(segmentsOf(`${E}[92mok${E}[0m`)).toEqual([{ text: "ok", classes: "log-fg-bright-green" }]);
  });

  it("keeps HTML as text", () => {
    expect(segmentsOf("<img src=x onerror=alert(1)>")).toEqual([{ text: "<img src=x onerror=alert(1)>", classes: "" }]);
    expect(segmentsOf(`${E}[31m<b>&amp;</b>`)).toEqual([{ text: "<b>&amp;</b>", classes: "log-fg-red" }]);
  });

  it("drops what would move the cursor, set a title or make a link", () => {
    expect(plainText(`${E}[2K${E}[1Ga${E}]0;title\u0007b${E}]8;;http://x${E}\\c`)).toBe("abc");
  });

  it("writes direction and control characters out", () => {
    expect(plainText("a\u202eb\u0000c\u200b")).toBe("a\\u202eb\\x00c\\u200b");
  });

  it("keeps what a progress bar wrote last", () => {
    expect(plainText("10 %\r50 %\r100 %")).toBe("100 %");
    expect(plainText("done\r")).toBe("done");
  });

  it("shows an empty line as nothing", () => {
    expect(segmentsOf("")).toEqual([]);
  });
});
