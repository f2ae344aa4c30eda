/** Icons on the canvas. A card draws its icon by reference into one sprite, because a Material icon per card would cost
 * a style computation each. */

import AccountTree from "@mui/icons-material/AccountTree";
import AcUnit from "@mui/icons-material/AcUnit";
import AltRoute from "@mui/icons-material/AltRoute";
import Analytics from "@mui/icons-material/Analytics";
import Autorenew from "@mui/icons-material/Autorenew";
import BlurOn from "@mui/icons-material/BlurOn";
import CallSplit from "@mui/icons-material/CallSplit";
import CheckCircle from "@mui/icons-material/CheckCircle";
import CleaningServices from "@mui/icons-material/CleaningServices";
import CloudDone from "@mui/icons-material/CloudDone";
import Code from "@mui/icons-material/Code";
import Compare from "@mui/icons-material/Compare";
import Error from "@mui/icons-material/Error";
import Extension from "@mui/icons-material/Extension";
import FactCheck from "@mui/icons-material/FactCheck";
import FilterAlt from "@mui/icons-material/FilterAlt";
import Inventory2 from "@mui/icons-material/Inventory2";
import LinkOff from "@mui/icons-material/LinkOff";
import ModelTraining from "@mui/icons-material/ModelTraining";
import PlayCircle from "@mui/icons-material/PlayCircleOutlined";
import QueryStats from "@mui/icons-material/QueryStats";
import RadioButtonUnchecked from "@mui/icons-material/RadioButtonUnchecked";
import Replay from "@mui/icons-material/Replay";
import RocketLaunch from "@mui/icons-material/RocketLaunch";
import Rule from "@mui/icons-material/Rule";
import Schedule from "@mui/icons-material/Schedule";
import SkipNext from "@mui/icons-material/SkipNext";
import StopCircle from "@mui/icons-material/StopCircle";
import Storage from "@mui/icons-material/Storage";
import TimerOff from "@mui/icons-material/TimerOff";
import Transform from "@mui/icons-material/Transform";
import Tune from "@mui/icons-material/Tune";
import Warning from "@mui/icons-material/Warning";
import { memo } from "react";
import type { ShownStatus } from "@/domain/status";

const ICONS = {
  AccountTree,
  AcUnit,
  AltRoute,
  Analytics,
  Autorenew,
  BlurOn,
  CallSplit,
  CheckCircle,
  CleaningServices,
  CloudDone,
  Code,
  Compare,
  Error,
  Extension,
  FactCheck,
  FilterAlt,
  Inventory2,
  LinkOff,
  ModelTraining,
  PlayCircle,
  QueryStats,
  RadioButtonUnchecked,
  Replay,
  RocketLaunch,
  Rule,
  Schedule,
  SkipNext,
  StopCircle,
  Storage,
  TimerOff,
  Transform,
  Tune,
  Warning,
};

type IconName = keyof typeof ICONS;

export const STATUS_ICONS: Record<ShownStatus, IconName> = {
  pending: "RadioButtonUnchecked",
  queued: "Schedule",
  running: "Autorenew",
  cancelling: "StopCircle",
  succeeded: "CheckCircle",
  failed: "Error",
  timed_out: "TimerOff",
  lost: "LinkOff",
  cancelled: "StopCircle",
  skipped: "SkipNext",
  reused: "CloudDone",
  upstream_failed: "Warning",
  retrying: "Replay",
};

const SPRITE_PREFIX = "o-icon-";

/** Rendered once, at the top of the page. */
export const IconSprite = memo(function IconSprite() {
  return (
    <div style={{ display: "none" }} aria-hidden>
      {Object.entries(ICONS).map(([name, Icon]) => (
        <Icon key={name} id={SPRITE_PREFIX + name} />
      ))}
    </div>
  );
});

/** The icon of a step type, by the name the catalog gives; an unknown name shows a puzzle piece. */
export function StepIcon({ name, size = 20 }: { name: string; size?: number }) {
  const known = Object.hasOwn(ICONS, name) ? name : "Extension";
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden focusable="false">
      <use href={`#${SPRITE_PREFIX}${known}`} />
    </svg>
  );
}
