/** The coloured square with a step type's icon. */

import "./roles.css";
import "./tile.css";
import type { ColourRole } from "@/domain/catalog";
import { StepIcon } from "./icons";

export function Tile({ icon, colour, isSmall = false }: { icon: string; colour: ColourRole; isSmall?: boolean }) {
  return (
    <span className="o-tile" data-role-colour={colour} data-size={isSmall ? "small" : "medium"}>
      <StepIcon name={icon} size={isSmall ? 16 : 20} />
    </span>
  );
}
