package sweep

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"strconv"
)

// A line of a Store is a JSON object: {"crc32c":"xxxxxxxx","row":ROW}, with the
// checksum of the bytes of ROW.
const (
	lineHead  = `{"crc32c":"`
	lineRow   = `","row":`
	lineTail  = "}\n"
	rowBegins = len(lineHead) + 8 + len(lineRow)
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// formatLine is the line of a row.
func formatLine(r *Row) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(lineHead + "00000000" + lineRow)
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(r); err != nil {
		return nil, err
	}
	line := append(b.Bytes()[:b.Len()-1], lineTail...)
	sum := fmt.Sprintf("%08x", crc32.Checksum(line[rowBegins:len(line)-len(lineTail)], castagnoli))
	copy(line[len(lineHead):], sum)
	return line, nil
}

var (
	errNoRow    = errors.New("damaged: no row")
	errChecksum = errors.New("damaged: the checksum does not match")
)

// rowOf is the JSON of the row in a line, which is sound.
func rowOf(line []byte) ([]byte, error) {
	if len(line) < rowBegins+len(lineTail) || string(line[:len(lineHead)]) != lineHead ||
		string(line[rowBegins-len(lineRow):rowBegins]) != lineRow || !bytes.HasSuffix(line, []byte(lineTail)) {
		return nil, errNoRow
	}
	row := line[rowBegins : len(line)-len(lineTail)]
	sum, err := strconv.ParseUint(string(line[len(lineHead):len(lineHead)+8]), 16, 32)
	if err != nil || uint32(sum) != crc32.Checksum(row, castagnoli) {
		return nil, errChecksum
	}
	return row, nil
}

func parseLine(line []byte) (*Row, error) {
	row, err := rowOf(line)
	if err != nil {
		return nil, err
	}
	r := new(Row)
	return r, json.Unmarshal(row, r)
}
