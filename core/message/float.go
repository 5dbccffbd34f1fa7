package message

import (
	"encoding/binary"
	"math"
)

// AppendFloat appends a floating-point item, the shortest that loses nothing;
// every NaN is the same one (RFC 8949, 4.2.1 and 4.2.2).
func AppendFloat(dst []byte, f float64) []byte {
	const first = MajorSimple << 5
	if f != f {
		return append(dst, first|Float16, 0x7e, 0)
	}
	single := float32(f)
	if float64(single) != f {
		return binary.BigEndian.AppendUint64(append(dst, first|Float64), math.Float64bits(f))
	}
	if half, exact := toHalf(single); exact {
		return binary.BigEndian.AppendUint16(append(dst, first|Float16), half)
	}
	return binary.BigEndian.AppendUint32(append(dst, first|Float32), math.Float32bits(single))
}

// Float is the number of a floating-point item, from its info and its argument.
func Float(info byte, argument uint64) float64 {
	switch info {
	case Float16:
		return fromHalf(uint16(argument))
	case Float32:
		return float64(math.Float32frombits(uint32(argument)))
	}
	return math.Float64frombits(argument)
}

// toHalf narrows what is no NaN to a float16, and says whether it is the same.
func toHalf(f float32) (half uint16, exact bool) {
	bits := math.Float32bits(f)
	sign, exponent, fraction := uint16(bits>>16)&0x8000, int(bits>>23&0xff)-127, bits&0x7fffff
	switch {
	case f == 0:
		return sign, true
	case exponent == 128:
		return sign | 0x7c00, true
	case exponent < -24 || exponent > 15:
		return 0, false
	case exponent >= -14:
		return sign | uint16(exponent+15)<<10 | uint16(fraction>>13), fraction&0x1fff == 0
	}
	fraction |= 1 << 23
	shift := -1 - exponent // the smallest float16 is 2^-24
	return sign | uint16(fraction>>shift), fraction&(1<<shift-1) == 0
}

// fromHalf widens a float16 (RFC 8949, appendix D).
func fromHalf(half uint16) float64 {
	exponent, fraction := int(half>>10&31), float64(half&0x3ff)
	f := math.Ldexp(fraction+1024, exponent-25)
	switch {
	case exponent == 0:
		f = math.Ldexp(fraction, -24)
	case exponent == 31 && fraction == 0:
		f = math.Inf(1)
	case exponent == 31:
		f = math.NaN()
	}
	if half&0x8000 != 0 {
		f = -f
	}
	return f
}
