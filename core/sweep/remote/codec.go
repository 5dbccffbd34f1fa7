package remote

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"sync"
)

// Bounds of what travels.
const (
	mostDecoded = 256 << 20 // bytes of one message, once it is unpacked
	worthIt     = 1 << 10   // bytes: shorter messages are not compressed
)

var packers = sync.Pool{New: func() any {
	z, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed) // the level is one that there is
	return z
}}

// encode is a value as it travels: JSON, compressed when that pays.
func encode(v any) ([]byte, error) {
	text, err := json.Marshal(v)
	if err != nil || len(text) < worthIt {
		return text, err
	}
	var out bytes.Buffer
	z := packers.Get().(*gzip.Writer)
	defer packers.Put(z)
	z.Reset(&out)
	_, err = z.Write(text)
	err = errors.Join(err, z.Close())
	return out.Bytes(), err
}

var errTooLarge = errors.New("it is too large")

// decode reads what encode wrote.
func decode(data []byte, v any) error {
	if bytes.HasPrefix(data, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(bytes.NewReader(data))
		if err != nil {
			return err
		}
		if data, err = io.ReadAll(io.LimitReader(z, mostDecoded+1)); err != nil {
			return err
		}
		if len(data) > mostDecoded {
			return errTooLarge
		}
	}
	return json.Unmarshal(data, v)
}
