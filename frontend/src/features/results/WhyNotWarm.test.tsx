import { render, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { WhyNotWarm } from "./WhyNotWarm";

describe("a step that could not be warm", () => {
  it("says why", () => {
    render(<WhyNotWarm step={{ backend: "cold", backend_reason: "there is little memory left" }} />);
    expect(screen.getByText("Started cold. There is little memory left.")).toBeVisible();
  });

  it("and one that is, or was not to be, says nothing", () => {
    const { container, rerender } = render(<WhyNotWarm step={{ backend: "warm", backend_reason: null }} />);
    rerender(<WhyNotWarm step={{ backend: "cold", backend_reason: null }} />);
    expect(container).toBeEmptyDOMElement();
  });
});
