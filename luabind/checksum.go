package luabind

import (
	"hash/crc32"

	lua "github.com/yuin/gopher-lua"
)

// simCRC32 is the checksum of Ethernet, gzip and PNG (CRC-32/ISO-HDLC).
func simCRC32(L *lua.LState) int {
	L.Push(lua.LNumber(crc32.ChecksumIEEE([]byte(checkString(L, 1)))))
	return 1
}
