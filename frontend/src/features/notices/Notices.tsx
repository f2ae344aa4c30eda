/** Short messages in the lower middle of the window, above what the panel at the bottom shows. Errors stay until they are read away. */

import "./notices.css";
import Close from "@mui/icons-material/Close";
import Button from "@mui/material/Button";
import IconButton from "@mui/material/IconButton";
import { useEffect } from "react";
import { dismiss, type Notice, type NoticeKind, useNotices } from "@/stores/notices";
import { useUi } from "@/stores/ui";
import { CodeText } from "@/ui/CodeText";
import { StepIcon } from "@/ui/icons";

const SHOWN_MS: Record<NoticeKind, number> = { success: 4_000, info: 8_000, warning: 10_000, error: 12_000 };
const ICONS: Record<NoticeKind, string> = {
  success: "CheckCircle",
  info: "Analytics",
  warning: "Warning",
  error: "Error",
};

/** The canvas has its controls at the bottom. */
const ABOVE_CONTROLS_PX = 60;

export function Notices() {
  const notices = useNotices((state) => state.notices);
  const room = useUi((state) => (state.isOpen.bottom ? state.sizes.bottom : 0));
  return (
    <div className="notices" style={{ bottom: room + ABOVE_CONTROLS_PX }}>
      {notices.map((notice) => (
        <NoticeCard key={notice.id} notice={notice} />
      ))}
    </div>
  );
}

function NoticeCard({ notice }: { notice: Notice }) {
  const { id, kind, text, action } = notice;
  useEffect(() => {
    const timer = setTimeout(() => dismiss(id), SHOWN_MS[kind]);
    return () => clearTimeout(timer);
  }, [id, kind]);
  return (
    <div className="notice" data-kind={kind} role={kind === "error" || kind === "warning" ? "alert" : "status"}>
      <StepIcon name={ICONS[kind]} size={18} />
      <span className="notice-text">
        <CodeText text={text} />
      </span>
      {action && (
        <Button
          onClick={() => {
            dismiss(id);
            action.run();
          }}
        >
          {action.label}
        </Button>
      )}
      <IconButton aria-label="Dismiss" onClick={() => dismiss(id)}>
        <Close sx={{ fontSize: 16 }} />
      </IconButton>
    </div>
  );
}
