package reports

import (
	"math"
	"strconv"
)

// Number writes n for people, with a comma before every three digits.
func Number(n uint64) string {
	digits := strconv.FormatUint(n, 10)
	var b []byte
	for i := range len(digits) {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b = append(b, ',')
		}
		b = append(b, digits[i])
	}
	return string(b)
}

// size writes n bytes for people, in units of a thousand: "412 B", "23.4 kB".
func size(n int64) string {
	if n < 1000 {
		return strconv.FormatInt(n, 10) + " B"
	}
	unit, names := int64(1000), []string{"kB", "MB", "GB", "TB"}
	for len(names) > 1 && n >= unit*1000-unit/2 {
		unit, names = unit*1000, names[1:]
	}
	return significant(n, unit) + " " + names[0]
}

// significant writes n, at least unit, in that unit with three digits, or as
// many as the whole number has.
func significant(n, unit int64) string {
	if hundredths := round(n, unit/100); hundredths < 1000 {
		return decimal(hundredths, 2)
	}
	if tenths := round(n, unit/10); tenths < 1000 {
		return decimal(tenths, 1)
	}
	return strconv.FormatInt(round(n, unit), 10)
}

// round is how many steps n is, halves up.
func round(n, step int64) int64 {
	count := n / step
	if n%step >= step-step/2 {
		count++
	}
	return count
}

// decimal writes n, at least 100, with its last places digits as decimals.
func decimal(n int64, places int) string {
	digits := strconv.FormatInt(n, 10)
	point := len(digits) - places
	return digits[:point] + "." + digits[point:]
}

// percent writes a share, from 0 to 1, with three significant digits; with more where
// it would seem to be all.
func percent(share float64) string { return percentText(share) + " %" }

// percentText is percent without its sign.
func percentText(share float64) string {
	p, places := share*100, 0
	switch {
	case p > 0 && p < 99.95:
		places = 2 - int(math.Floor(math.Log10(p)))
	case p > 0 && p < 100:
		places = -int(math.Floor(math.Log10(100 - p)))
	}
	return strconv.FormatFloat(p, 'f', min(places, 9), 64)
}
