package reports

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
)

// writeJSON writes one object: schema, then every table under its name, a
// list of objects or, where a table has a single row, that object. A value
// that is none is null. Every row is on a line of its own.
func writeJSON(w io.Writer, schema string, tables []table) error {
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "{\n  \"schema\": %q", schema)
	for _, t := range forPrograms(tables) {
		fmt.Fprintf(out, ",\n  %q: ", t.name)
		writeRows(out, &t)
	}
	out.WriteString("\n}\n")
	return out.Flush()
}

func writeRows(out *bufio.Writer, t *table) {
	if t.single {
		writeObject(out, t, t.rows[0], "\n    ", "\n  ")
		return
	}
	out.WriteByte('[')
	for i, row := range t.rows {
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteString("\n    ")
		writeObject(out, t, row, "", "")
	}
	if len(t.rows) > 0 {
		out.WriteString("\n  ")
	}
	out.WriteByte(']')
}

// writeObject writes a row with before in front of every field.
func writeObject(out *bufio.Writer, t *table, row []any, before, after string) {
	out.WriteByte('{')
	for i, v := range row {
		if i > 0 {
			out.WriteByte(',')
			if before == "" {
				out.WriteByte(' ')
			}
		}
		fmt.Fprintf(out, "%s%q: ", before, t.columns[i].key)
		out.Write(encode(v))
	}
	out.WriteString(after)
	out.WriteByte('}')
}

// encode writes a value as JSON. What JSON has no number for is a string.
func encode(v any) []byte {
	if f, ok := v.(float64); ok && (math.IsNaN(f) || math.IsInf(f, 0)) {
		v = fmt.Sprint(f)
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		panic(fmt.Sprintf("reports: a value of type %T is in a table: %v", v, err))
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
