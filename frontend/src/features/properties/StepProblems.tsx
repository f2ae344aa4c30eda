/** What is wrong with the step as a whole, above its form. */
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import type { Problem } from "@/domain/problem";
import { CodeText } from "@/ui/CodeText";

export function StepProblems({ problems }: { readonly problems: readonly Problem[] }) {
  if (problems.length === 0) return null;
  return (
    <Box sx={{ display: "grid", gap: 0.75 }}>
      {problems.map((problem) => (
        <Alert
          key={`${problem.code} ${problem.message}`}
          role="note"
          severity={problem.severity}
          variant="outlined"
          sx={{
            py: 0,
            px: 1,
            fontSize: 12.5,
            "& .MuiAlert-icon": { fontSize: 18, mr: 1, py: 0.75 },
            "& .MuiAlert-message": { py: 0.75 },
          }}
        >
          <CodeText text={problem.message} />
        </Alert>
      ))}
    </Box>
  );
}
