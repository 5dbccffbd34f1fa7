package disk_test

import (
	"bufio"
	"fmt"
	"os"
	"testing"

	"simlua.example/disk"
)

// TestMain is also other processes that tests start.
func TestMain(m *testing.M) {
	switch os.Getenv("DISK_TEST_PROCESS") {
	case "folder":
		makeFolder()
	case "judge":
		disk.JudgeImages(os.Stdin, os.Stdout)
	case "digest":
		fmt.Println(ledgerDigest(disk.Bbolt))
	default:
		os.Exit(m.Run())
	}
}

// makeFolder makes a folder, says where, and goes on when it is told to.
func makeFolder() {
	path, remove, err := disk.TempRoot()
	fmt.Println(path, err)
	if _, err := bufio.NewReader(os.Stdin).ReadString('\n'); err == nil {
		err = remove()
		fmt.Println(err)
	}
}
