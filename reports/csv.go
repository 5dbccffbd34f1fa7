package reports

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// writeCSV writes all tables as one long table (RFC 4180, lines end in LF):
// table, row (from 1), column, value. A value that is none is empty.
func writeCSV(w io.Writer, schema string, tables []table) error {
	out := csv.NewWriter(w)
	if err := out.Write([]string{"table", "row", "column", "value"}); err != nil {
		return err
	}
	if err := out.Write([]string{"schema", "1", "schema", schema}); err != nil {
		return err
	}
	for _, t := range forPrograms(tables) {
		for i, row := range t.rows {
			for j, v := range row {
				record := []string{t.name, strconv.Itoa(i + 1), t.columns[j].key, plain(v)}
				if err := out.Write(record); err != nil {
					return err
				}
			}
		}
	}
	out.Flush()
	return out.Error()
}

// plain is a value for programs, as text.
func plain(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case time.Duration:
		return strconv.FormatInt(int64(v), 10)
	case json.RawMessage:
		return string(v)
	case string:
		return strings.ToValidUTF8(v, "\uFFFD")
	case float64:
		return strings.Trim(string(encode(v)), `"`) // as in JSON
	}
	return fmt.Sprint(v)
}
