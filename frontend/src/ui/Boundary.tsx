/** Keeps a fault in one panel from taking the editor, and the work in it, down with it. */

import Button from "@mui/material/Button";
import { Component, type ReactNode, Suspense } from "react";
import { EmptyState } from "./EmptyState";

interface Props {
  /** What stopped working, in the middle of a sentence: "the log panel". */
  what: string;
  waiting?: ReactNode;
  children: ReactNode;
}

export class Boundary extends Component<Props, { fault: string | null }> {
  override state = { fault: null as string | null };

  static getDerivedStateFromError(error: unknown) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }

  override render() {
    const { what, waiting = null, children } = this.props;
    if (this.state.fault === null) return <Suspense fallback={waiting}>{children}</Suspense>;
    return (
      <EmptyState title={`Something in ${what} went wrong`} text={`${this.state.fault} Your pipeline is not affected.`}>
        <Button variant="outlined" onClick={() => this.setState({ fault: null })}>
          Try again
        </Button>
      </EmptyState>
    );
  }
}
