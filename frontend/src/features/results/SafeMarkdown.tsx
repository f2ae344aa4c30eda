/** Markdown a step wrote, drawn as elements. HTML in it stays text; images from elsewhere are not fetched. */
import Markdown from "markdown-to-jsx/react";
import type { ReactNode } from "react";
import "./results.css";

export function SafeMarkdown({ text }: { readonly text: string }) {
  return (
    <div className="res-markdown">
      <Markdown
        options={{
          disableParsingRawHTML: true,
          forceBlock: true,
          overrides: { a: { component: OutsideLink }, img: { component: NoImage } },
        }}
      >
        {text}
      </Markdown>
    </div>
  );
}

function OutsideLink({ href, children }: { readonly href?: string; readonly children?: ReactNode }) {
  if (href === undefined || !/^https?:/i.test(href)) return <span>{children}</span>;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  );
}

function NoImage({ alt }: { readonly alt?: string }) {
  return <em>{alt === undefined || alt === "" ? "(image)" : `(image: ${alt})`}</em>;
}
