package schedule

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"simlua.example/core"
)

// span is a duration in Go's notation, exact to the nanosecond.
type span time.Duration

func (s span) MarshalJSON() ([]byte, error) { return encode(time.Duration(s).String()) }

func (s *span) UnmarshalJSON(text []byte) error {
	var written string
	if err := json.Unmarshal(text, &written); err != nil {
		return fmt.Errorf("expected a time as 12.5s or 1m30s, in quotes, not %s", text)
	}
	d, err := time.ParseDuration(written)
	if err != nil {
		return fmt.Errorf("expected a time as 12.5s or 1m30s, not %q", written)
	}
	*s = span(d)
	return nil
}

// params are those of a fault as an object, in their order.
type params []core.FaultParam

func (ps params) MarshalJSON() ([]byte, error) {
	b := []byte{'{'}
	for i, p := range ps {
		if i > 0 {
			b = append(b, ',')
		}
		v := p.Value
		if d, ok := v.(time.Duration); ok {
			v = span(d)
		}
		name, err := encode(p.Name)
		value, valueErr := encode(v)
		if err := errors.Join(err, valueErr); err != nil {
			return nil, err
		}
		b = append(append(append(b, name...), ':'), value...)
	}
	return append(b, '}'), nil
}

func (ps *params) UnmarshalJSON(text []byte) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber() // as it is written: the sum is over that
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return errParams
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return err
		}
		value, err := d.Token()
		if _, nested := value.(json.Delim); err != nil || nested {
			return errParams
		}
		*ps = append(*ps, core.FaultParam{Name: name.(string), Value: value})
	}
	return nil
}

var errParams = errors.New("expected an object with numbers, words and booleans for parameters")

// plain turns what was written into the values that a FaultParam has.
func (ps params) plain() {
	for i := range ps {
		n, ok := ps[i].Value.(json.Number)
		if !ok {
			continue
		}
		if whole, err := n.Int64(); err == nil {
			ps[i].Value = whole
		} else if float, err := n.Float64(); err == nil {
			ps[i].Value = float
		}
	}
}

// encode is v as JSON on one line, with < and > as they are.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// decode reads one line into v, strictly. Its errors are for the one who wrote it.
func decode(text []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	err := d.Decode(v)
	if err == nil && len(bytes.TrimSpace(text[d.InputOffset():])) > 0 {
		err = errors.New("more than an object on this line")
	}
	switch syntax, kind := (*json.SyntaxError)(nil), (*json.UnmarshalTypeError)(nil); {
	case err == nil:
		return nil
	case errors.As(err, &syntax), errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("not an object of JSON on one line")
	case errors.As(err, &kind):
		return fmt.Errorf("%s: a JSON %s is not expected there", kind.Field, kind.Value)
	}
	return errors.New(strings.TrimPrefix(err.Error(), "json: "))
}
