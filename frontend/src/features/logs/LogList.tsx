/** The lines, drawn only where one looks: a million of them scroll like ten. Follows the end until one scrolls away. */
import Button from "@mui/material/Button";
import Box from "@mui/material/Box";
import DownIcon from "@mui/icons-material/ArrowDownward";
import { useEffect, useRef, useState } from "react";
import { Virtuoso, type VirtuosoHandle } from "react-virtuoso";
import type { LogEntry } from "@/stores/logs";
import { LogRow } from "./LogRow";
import "./logs.css";

const LINE_HEIGHT = 19; // as in logs.css

interface LogListProps {
  readonly lines: readonly LogEntry[];
  readonly count: number;
  readonly stepOf: ((entry: LogEntry) => { name: string; colour: number }) | null;
  readonly showsTime: boolean;
  readonly wraps: boolean;
  readonly query: string;
  /** Index of the hit one is at; changing it scrolls there. */
  readonly currentHit: number | null;
}

export function LogList({ lines, count, stepOf, showsTime, wraps, query, currentHit }: LogListProps) {
  const list = useRef<VirtuosoHandle>(null);
  const [isAtEnd, setAtEnd] = useState(true);

  useEffect(() => {
    if (currentHit !== null) list.current?.scrollToIndex({ index: currentHit, align: "center" });
  }, [currentHit]);

  return (
    <Box sx={{ position: "relative", height: "100%" }}>
      <div className="log" role="log" aria-label="Logs" aria-live="off" {...(wraps ? { "data-wrap": "" } : {})}>
        <Virtuoso
          key={wraps ? "wrapped" : "straight"}
          ref={list}
          tabIndex={0}
          style={{ height: "100%", overflowX: wraps ? "hidden" : "auto" }}
          totalCount={count}
          initialTopMostItemIndex={Math.max(0, count - 1)}
          followOutput={(wasAtEnd) => (wasAtEnd && currentHit === null ? "auto" : false)}
          atBottomThreshold={LINE_HEIGHT * 2}
          atBottomStateChange={setAtEnd}
          increaseViewportBy={400}
          {...(wraps ? { defaultItemHeight: LINE_HEIGHT } : { fixedItemHeight: LINE_HEIGHT })}
          itemContent={(index) => {
            const entry = lines[index];
            if (!entry) return <div className="log-row" />;
            return (
              <LogRow
                entry={entry}
                step={stepOf ? stepOf(entry) : null}
                showsTime={showsTime}
                query={query}
                isCurrentHit={index === currentHit}
              />
            );
          }}
        />
      </div>
      {!isAtEnd && (
        <Button
          variant="contained"
          size="small"
          startIcon={<DownIcon />}
          onClick={() => list.current?.scrollToIndex({ index: count - 1, align: "end" })}
          sx={{
            position: "absolute",
            right: 20,
            bottom: 12,
            minHeight: 28,
            borderRadius: 99,
            boxShadow: "var(--o-shadow-lifted)",
          }}
        >
          Jump to latest
        </Button>
      )}
    </Box>
  );
}
