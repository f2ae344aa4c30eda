/** What a step of this type does: its first sentence, the rest on demand. */
import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { useState } from "react";
import { CodeText } from "@/ui/CodeText";

export function StepDoc({ doc }: { readonly doc: string }) {
  const [isWhole, setWhole] = useState(false);
  const [first = "", ...rest] = doc.trim().split(/\n\s*\n/);
  if (first === "") return null;
  const more = rest.join("\n\n");
  return (
    <Box>
      <Typography variant="body2" sx={{ color: "text.secondary", whiteSpace: "pre-line" }}>
        <CodeText text={unwrapped(isWhole && more !== "" ? `${first}\n\n${more}` : first)} />
        {more !== "" && (
          <>
            {" "}
            <Link
              component="button"
              type="button"
              variant="body2"
              aria-expanded={isWhole}
              onClick={() => setWhole(!isWhole)}
            >
              {isWhole ? "Less" : "More"}
            </Link>
          </>
        )}
      </Typography>
    </Box>
  );
}

/** Doc strings break their lines at a fixed width; a paragraph here flows, and `->` is an arrow. */
function unwrapped(text: string): string {
  return text.replace(/([^\n])\n(?!\n)/g, "$1 ").replaceAll("->", "→");
}
