#!/bin/bash
set -euo pipefail
file=/backup/$PGDATABASE-$(date -u +%Y%m%d).sql.gz
pg_dump | gzip > "$file.part"
mv "$file.part" "$file"
ls -l "$file"
