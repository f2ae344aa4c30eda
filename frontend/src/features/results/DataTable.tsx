/** A table of values: numbers to the right, missing values said. */
import type { ReactNode } from "react";
import type { JsonValue } from "@/domain/catalog";
import { cellText } from "./numbers";
import "./results.css";

interface DataTableProps {
  readonly label: string;
  readonly columns: readonly { readonly name: string; readonly head?: ReactNode }[];
  readonly rows: readonly (readonly JsonValue[])[];
  readonly missing?: string;
}

export function DataTable({ label, columns, rows, missing = "" }: DataTableProps) {
  const isNumber = columns.map((_, index) => rows.some((row) => typeof row[index] === "number"));
  return (
    <table className="res-table" aria-label={label}>
      <thead>
        <tr>
          {columns.map((column, index) => (
            <th key={index} scope="col" {...(isNumber[index] ? { "data-number": "" } : {})}>
              {column.head ?? column.name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, place) => (
          <tr key={place}>
            {columns.map((_, index) => (
              <td key={index} {...(isNumber[index] ? { "data-number": "" } : {})} title={cellText(row[index])}>
                {row[index] === null ? <span className="res-missing">{missing}</span> : cellText(row[index])}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
