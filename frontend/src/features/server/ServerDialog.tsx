/** How the server is: its backends first, then what it stands on. Looks again by itself while it is open. */
import "./server.css";
import Alert from "@mui/material/Alert";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import Skeleton from "@mui/material/Skeleton";
import { errorText } from "@/api/errors";
import { useHealth } from "@/api/queries";
import { healthRows } from "./health";

export function ServerDialog({ onClose }: { readonly onClose: () => void }) {
  const { data, error, isPending } = useHealth();
  return (
    <Dialog open fullWidth maxWidth="xs" onClose={onClose} aria-labelledby="server-title">
      <DialogTitle id="server-title">About the server</DialogTitle>
      <DialogContent>
        {error && <Alert severity="error">The server does not answer. {errorText(error)}</Alert>}
        {isPending && <Skeleton variant="rounded" height={240} aria-label="Asking the server" />}
        {data && (
          <dl className="server">
            {healthRows(data).map(({ name, state, detail, isWell }) => (
              <div key={name} className="server-row">
                <dt>{name}</dt>
                <dd data-well={isWell}>
                  {state}
                  {detail !== "" && <span className="server-detail">{detail}</span>}
                </dd>
              </div>
            ))}
          </dl>
        )}
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>Close</Button>
      </DialogActions>
    </Dialog>
  );
}
