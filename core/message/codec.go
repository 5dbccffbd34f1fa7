package message

import (
	"fmt"

	"github.com/fxamacker/cbor/v2"

	"simlua.example/core"
)

// Bounds of one message, beside its size.
const (
	MaxNesting  = 64      // arrays and maps within each other
	MaxElements = 131_072 // elements of one array, pairs of one map
)

// EncMode and DecMode are how every message is encoded and decoded. They are
// immutable. Integers decode into any as int64; numbers beyond it are errors.
var (
	EncMode = encMode()
	DecMode = decMode()
)

// Marshal encodes v as one message.
func Marshal(v any) ([]byte, error) { return EncMode.Marshal(v) }

// Unmarshal decodes one message into what v points at. An error wraps
// core.ErrIO: the message is not what the receiver expects.
func Unmarshal(data []byte, v any) error {
	if err := DecMode.Unmarshal(data, v); err != nil {
		return fmt.Errorf("%w: %w", core.ErrIO, err)
	}
	return nil
}

func encMode() cbor.UserBufferEncMode {
	options := cbor.CoreDetEncOptions()
	options.TagsMd = cbor.TagsForbidden
	mode, err := options.UserBufferEncMode()
	if err != nil {
		panic(err)
	}
	return mode
}

func decMode() cbor.DecMode {
	mode, err := cbor.DecOptions{
		DupMapKey:        cbor.DupMapKeyEnforcedAPF,
		IndefLength:      cbor.IndefLengthForbidden,
		TagsMd:           cbor.TagsForbidden,
		IntDec:           cbor.IntDecConvertSignedOrFail,
		MaxNestedLevels:  MaxNesting,
		MaxArrayElements: MaxElements,
		MaxMapPairs:      MaxElements,
		SimpleValues:     simpleValues(),
	}.DecMode()
	if err != nil {
		panic(err)
	}
	return mode
}

// simpleValues refuses all but false, true, null and undefined.
func simpleValues() *cbor.SimpleValueRegistry {
	var refused []func(*cbor.SimpleValueRegistry) error
	for n := range 256 {
		if n < False || n >= 32 { // those between are no values
			refused = append(refused, cbor.WithRejectedSimpleValue(cbor.SimpleValue(n)))
		}
	}
	registry, err := cbor.NewSimpleValueRegistryFromDefaults(refused...)
	if err != nil {
		panic(err)
	}
	return registry
}
