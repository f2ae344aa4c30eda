/** Where the result of a reused step comes from. */
import CloudDoneIcon from "@mui/icons-material/CloudDoneOutlined";
import Alert from "@mui/material/Alert";
import Button from "@mui/material/Button";
import { errorText } from "@/api/errors";
import type { ReusedFrom as From } from "@/domain/run";
import { openRun } from "@/live/openRun";
import { notify } from "@/stores/notices";
import { useRun } from "@/stores/run";

export function ReusedFrom({ from }: { readonly from: From }) {
  const isHere = useRun((state) => state.run?.id === from.run_id);
  const open = () => {
    openRun(from.run_id, () => undefined).catch((error: unknown) =>
      notify("error", `This run cannot be shown. ${errorText(error)}`),
    );
  };
  return (
    <Alert
      severity="success"
      variant="outlined"
      icon={<CloudDoneIcon fontSize="small" />}
      sx={{ py: 0, color: "text.primary" }}
      action={
        !isHere && (
          <Button size="small" onClick={open}>
            Open that run
          </Button>
        )
      }
    >
      Not executed: nothing it depends on has changed. Its result is from {isHere ? "this run" : `run ${from.run_id}`},
      iteration {from.iteration}.
    </Alert>
  );
}
