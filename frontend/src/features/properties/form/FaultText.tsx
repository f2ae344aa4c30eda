/** What is wrong with a field, below it; announced when it appears. */
import Typography from "@mui/material/Typography";

export function FaultText({ text, id }: { readonly text: string | undefined; readonly id?: string }) {
  if (text === undefined) return null;
  return (
    <Typography
      id={id}
      role="alert"
      variant="caption"
      component="div"
      sx={{ color: "error.main", mt: 0.25, lineHeight: 1.35 }}
    >
      {text}
    </Typography>
  );
}
