"""From a document to problems or a plan. Pure: a document and a catalog in, values out."""
